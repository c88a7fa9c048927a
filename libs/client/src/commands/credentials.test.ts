import { X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli.ts';

let folder: string;
let directory: string;

/** Runs the command line. @returns its exit code and what it said of its failure */
async function spectrawl(...argv: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const stderr = new Writable({
    write(piece: Buffer, _, done) {
      said += piece.toString();
      done();
    },
  });
  return { code: await runCli(argv, stderr), said };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-credentials-'));
  directory = join(folder, 'made');
  await spectrawl('credentials', 'create', directory, '--host', 'survey.example.org', '--host', '192.0.2.7');
});
afterAll(() => rm(folder, { recursive: true }));

describe('spectrawl credentials', () => {
  it('makes certificates for the hosts that are named, by an authority of its own', async () => {
    const read = async (name: string) => new X509Certificate(await readFile(join(directory, name)));
    const [authority, server, client] = [await read('ca.pem'), await read('server.pem'), await read('client.pem')];
    expect(server.checkIssued(authority) && server.verify(authority.publicKey)).toBe(true);
    expect(client.checkIssued(authority) && client.verify(authority.publicKey)).toBe(true);
    expect([server.checkHost('survey.example.org'), server.checkHost('localhost')]).not.toContain(undefined);
    expect([server.checkIP('192.0.2.7'), server.checkIP('127.0.0.1')]).not.toContain(undefined);
    expect(server.checkHost('elsewhere.example.org')).toBeUndefined();
  });

  it('makes files that nobody else can read', async () => {
    const names = await readdir(directory);
    expect(names.length).toBe(8);
    for (const name of names) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
  });

  it('signs tokens for a name and a role, for as long as was said', async () => {
    const file = join(folder, 'ada.token');
    const options = ['--role', 'annotator', '--name', 'ada', '--expires', '30m', '--output', file];
    expect(await spectrawl('credentials', 'token', directory, ...options)).toEqual({ code: 0, said: '' });
    const [, payload] = (await readFile(file, 'utf8')).split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Record<string, number>;
    expect(claims).toMatchObject({ sub: 'ada', name: 'ada', roles: ['annotator'], aud: 'spectrawl' });
    expect(claims['exp']! - claims['iat']!).toBe(1800);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['to replace credentials', ['create', '@'], 1, 'is there already: choose another folder'],
    ['a role that there is not', ['token', '@', '--role', 'king', '--name', 'ada'], 2, 'viewer, annotator, operator'],
    ['a time without a unit', ['token', '@', '--role', 'viewer', '--name', 'a', '--expires', '12'], 2, '30m, 12h'],
    ['a folder without credentials', ['token', '/absent', '--role', 'viewer', '--name', 'a'], 1, 'credentials create'],
  ])('refuses %s', async (_, argv, code, says) => {
    const answer = await spectrawl('credentials', ...argv.map((word) => (word === '@' ? directory : word)));
    expect(answer.code).toBe(code);
    expect(answer.said).toContain(says);
  });
});
