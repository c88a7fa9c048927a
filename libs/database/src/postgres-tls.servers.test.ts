import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startPostgres, type PostgresServer } from '@spectrawl/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseUnavailableError, openDatabase, sql, type PostgresConfig } from './index.ts';

let server: PostgresServer;
let ca: string;

beforeAll(async () => {
  server = await startPostgres();
  const pem = await makeCertificate();
  ca = pem.certificate;
  const database = await openDatabase({ kind: 'postgres', url: server.url });
  const { db } = await database.forService('administrator', []);
  const { rows } = await sql<{ data_directory: string }>`SHOW data_directory`.execute(db);
  // The server writes them itself: it may run in a container, and the key has to be its own.
  for (const [file, text] of [
    ['server.crt', pem.certificate],
    ['server.key', pem.key],
  ] as const) {
    const lines = sql.lit(text.trimEnd());
    const into = sql.lit(`umask 077; cat > '${rows[0]?.data_directory}/${file}'`);
    await sql`COPY (SELECT unnest(string_to_array(${lines}, chr(10)))) TO PROGRAM ${into}`.execute(db);
  }
  await sql.raw('ALTER SYSTEM SET ssl = on').execute(db);
  await database.close();
  await server.restart();
});
afterAll(() => server.stop());

async function makeCertificate(): Promise<{ certificate: string; key: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-certificate-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await promisify(execFile)('openssl', ['req', '-x509', ...algorithm, ...subject, '-keyout', key, '-out', certificate]);
  const pem = { certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') };
  await rm(folder, { recursive: true });
  return pem;
}

const isEncrypted = async (tls: PostgresConfig['tls']): Promise<boolean | undefined> => {
  const database = await openDatabase({ kind: 'postgres', url: server.url, tls });
  const { db } = await database.forService('encrypted', []);
  const { rows } = await sql<{ ssl: boolean }>`SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.execute(db);
  await database.close();
  return rows[0]?.ssl;
};

test('encrypts the connection to a server whose certificate the authority has signed', async () => {
  expect(await isEncrypted({ ca })).toBe(true);
});

test('refuses, without sending the password, a server whose certificate nobody has signed whom it trusts', async () => {
  const refused = isEncrypted({});
  await expect(refused).rejects.toThrow(DatabaseUnavailableError);
  await expect(refused).rejects.toThrow(/self-signed certificate/);
});
