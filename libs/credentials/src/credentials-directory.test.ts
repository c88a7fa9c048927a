import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createCredentials,
  createToken,
  renewServerCertificate,
  type CredentialsFiles,
} from './credentials-directory.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const DAY = 86_400_000;

describe('a folder of credentials', () => {
  let folder: string;
  let files: CredentialsFiles;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-credentials-'));
    files = await createCredentials(folder, { now: NOW, hosts: ['localhost', 'survey.example.org'] });
  });
  afterAll(() => rm(folder, { recursive: true }));
  const certificate = async (path: string) => new X509Certificate(await readFile(path));

  it('has certificates that begin a little before they are made, for clocks that differ, and last for a year', async () => {
    const { validFromDate, validToDate } = await certificate(files.serverCertificateFile);
    expect(validFromDate.getTime()).toBe(NOW.getTime() - 300_000);
    expect(validToDate.getTime()).toBe(NOW.getTime() + 365 * DAY);
    expect((await certificate(files.caFile)).validToDate.getTime()).toBe(NOW.getTime() + 3650 * DAY);
  });

  it('has an authority that issues nothing but certificates of servers and clients', async () => {
    const [authority, server, client] = await Promise.all(
      [files.caFile, files.serverCertificateFile, files.clientCertificateFile].map(certificate),
    );
    expect([authority!.ca, server!.ca, client!.ca]).toEqual([true, false, false]);
    expect(server!.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(client!.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(server!.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:survey.example.org',
    );
  });

  it('gives the server a new key, of the same authority, when asked', async () => {
    const before = await certificate(files.serverCertificateFile);
    await renewServerCertificate(folder, { now: new Date(NOW.getTime() + 100 * DAY) });
    const after = await certificate(files.serverCertificateFile);
    expect(after.publicKey.equals(before.publicKey)).toBe(false);
    expect(after.verify((await certificate(files.caFile)).publicKey)).toBe(true);
    expect(after.validToDate.getTime() - before.validToDate.getTime()).toBe(100 * DAY);
  });

  it('signs tokens whose public key tells nothing of the private one', async () => {
    const token = await createToken(folder, { role: 'viewer', name: 'ada', seconds: 60, now: NOW });
    const payload = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as object;
    const issuedAt = NOW.getTime() / 1000;
    expect(payload).toMatchObject({ sub: 'ada', roles: ['viewer'], iat: issuedAt, exp: issuedAt + 60 });
    const { keys } = JSON.parse(await readFile(files.jwksFile, 'utf8')) as { keys: object[] };
    expect(Object.keys(keys[0]!)).not.toContain('d');
  });
});
