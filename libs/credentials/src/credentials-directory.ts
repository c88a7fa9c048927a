import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { Role } from '@spectrawl/grpc';
import { createAuthority, issueCertificate, type Identity, type Purpose } from './certificate.ts';
import { createSigningKey, publicKeys, signToken } from './signing-key.ts';

const DEFAULT_DAYS = 365;

/** The authority outlives what it issues, which is renewed. */
const AUTHORITY_DAYS = 3650;
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '::1'];

/** The folder is there already, or lacks what is asked of it: the message says what to do. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
}

/** Where everything lies in a folder of credentials. */
export interface CredentialsFiles {
  /** Certificate of the authority that servers' and clients' certificates come from. */
  caFile: string;
  caKeyFile: string;
  serverCertificateFile: string;
  serverKeyFile: string;
  clientCertificateFile: string;
  clientKeyFile: string;
  /** Public keys of tokens, for `authentication.issuers[].jwksFile`. */
  jwksFile: string;
  /** The private key that signs tokens. */
  signingKeyFile: string;
}

export function credentialsFiles(directory: string): CredentialsFiles {
  const file = (name: string): string => join(directory, name);
  return {
    caFile: file('ca.pem'),
    caKeyFile: file('ca-key.pem'),
    serverCertificateFile: file('server.pem'),
    serverKeyFile: file('server-key.pem'),
    clientCertificateFile: file('client.pem'),
    clientKeyFile: file('client-key.pem'),
    jwksFile: file('jwks.json'),
    signingKeyFile: file('signing-key.json'),
  };
}

/** What {@link createCredentials} may be told. */
export interface CredentialsOptions {
  /** Names and addresses by which clients reach the servers, besides this machine's own. */
  hosts?: readonly string[];
  /** Days for which certificates are good; default 365. */
  days?: number;
  now?: Date;
}

/**
 * Makes a certificate authority, certificates of a server and a client, and a key that signs tokens: what a trial or a test needs, and
 * a deployment gets from its data centre. Files can be read by their owner only.
 * @throws {CredentialsError} when the folder holds credentials already
 */
export async function createCredentials(
  directory: string,
  options: CredentialsOptions = {},
): Promise<CredentialsFiles> {
  const files = credentialsFiles(directory);
  const validity = { from: options.now ?? new Date(), days: options.days ?? DEFAULT_DAYS };
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const authority = await createAuthority('Spectrawl trial authority', { ...validity, days: AUTHORITY_DAYS });
  // First the one file that must not be there: a second run stops before it replaces anything.
  await writeNew(files.caKeyFile, authority.key);
  await writeNew(files.caFile, authority.certificate);
  const hosts = [...new Set([...LOOPBACK_HOSTS, ...(options.hosts ?? [])])];
  const server = await issueCertificate(authority, 'spectrawl server', { kind: 'server', hosts }, validity);
  await writeNew(files.serverCertificateFile, server.certificate);
  await writeNew(files.serverKeyFile, server.key);
  const client = await issueCertificate(authority, 'spectrawl client', { kind: 'client' }, validity);
  await writeNew(files.clientCertificateFile, client.certificate);
  await writeNew(files.clientKeyFile, client.key);
  const key = await createSigningKey();
  await writeNew(files.signingKeyFile, json(key));
  await writeNew(files.jwksFile, json(publicKeys([key])));
  return files;
}

/** Replaces the server's certificate and key by new ones of the same authority. @throws {CredentialsError} */
export async function renewServerCertificate(directory: string, options: CredentialsOptions = {}): Promise<void> {
  const files = credentialsFiles(directory);
  const authority: Identity = { certificate: await read(files.caFile), key: await read(files.caKeyFile) };
  const purpose: Purpose = { kind: 'server', hosts: [...LOOPBACK_HOSTS, ...(options.hosts ?? [])] };
  const validity = { from: options.now ?? new Date(), days: options.days ?? DEFAULT_DAYS };
  const { certificate, key } = await issueCertificate(authority, 'spectrawl server', purpose, validity);
  await replace(files.serverCertificateFile, certificate);
  await replace(files.serverKeyFile, key);
}

/** Whom a token is for. */
export interface TokenRequest {
  role: Role;
  /** Name under which its bearer labels. */
  name: string;
  /** Seconds for which it is good. */
  seconds: number;
  now?: Date;
}

/** Signs a token with the folder's key. @throws {CredentialsError} when the folder holds no credentials */
export async function createToken(directory: string, { role, name, seconds, now }: TokenRequest): Promise<string> {
  const text = await read(credentialsFiles(directory).signingKeyFile);
  const issuedAt = Math.floor((now ?? new Date()).getTime() / 1000);
  return await signToken(JSON.parse(text) as JWK, { role, name, issuedAt, expiresAt: issuedAt + seconds });
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CredentialsError(
      `cannot read ${path} (${error instanceof Error ? error.message : String(error)}): make it by spectrawl credentials create`,
    );
  }
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new CredentialsError(`${path} is there already: choose another folder, or delete this one`);
  }
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
