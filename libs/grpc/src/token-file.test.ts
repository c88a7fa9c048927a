import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IngestionService } from '@spectrawl/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from './client.ts';
import { tokenFromFile } from './token-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-token-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the token in a file', () => {
  it('is read again, so that it can be replaced before it expires', async () => {
    const path = join(folder, 'token');
    const token = tokenFromFile(path, 0);
    await writeFile(path, 'first\n');
    expect(await token()).toBe('first');
    await writeFile(path, 'second');
    expect(await token()).toBe('second');
  });

  it('is not read for every call', async () => {
    const path = join(folder, 'kept');
    const token = tokenFromFile(path);
    await writeFile(path, 'first');
    expect(await token()).toBe('first');
    await rm(path);
    expect(await token()).toBe('first');
  });

  it('is missed with the name of the file, and looked for again at the next call', async () => {
    const path = join(folder, 'late');
    const token = tokenFromFile(path);
    await expect(token()).rejects.toThrow(`cannot read the token file ${path}`);
    await writeFile(path, ' \n');
    await expect(token()).rejects.toThrow('is empty');
    await writeFile(path, 'here');
    expect(await token()).toBe('here');
  });
});

describe('a connection with a token', () => {
  const getPool = (address: string) => {
    const channel = connect(address, { token: async () => 'secret-word' });
    return channel
      .client(IngestionService)
      .getPool({})
      .finally(() => channel.close());
  };

  it.each(['survey.example.org:50051', '192.0.2.1:50051', '[2001:db8::1]:50051'])(
    'sends it to %s not in plain text',
    async (address) => {
      await expect(getPool(address)).rejects.toThrow(`the token for ${address} would go there in plain text`);
    },
  );
});
