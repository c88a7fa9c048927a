import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { isLoopbackAddress, type ConnectOptions } from '@spectrawl/grpc';
import { parse } from 'yaml';
import { UsageError } from './terminal/failure.ts';

/** Where the one-process services listen unless configured. */
export const DEFAULT_ADDRESS = '127.0.0.1:50051';

/** The services of a deployment, as connection files name them under `addresses`. */
export const SERVICES = ['ingestion', 'training', 'inference', 'selection', 'labelling'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** All that is needed to reach a deployment. */
export interface Connection {
  /** `host:port` of each service: the same one where one process, or a gateway, answers for all */
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** PEM files. With any of them connections are encrypted, as they are with a token for another machine. */
  readonly caFile?: string | undefined;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Holds the bearer token that is sent with every call; it is read again, so that it can be replaced before it expires. */
  readonly tokenFile?: string | undefined;
}

/** What a command line, or its environment, says of the connection. */
export interface ConnectionChoice {
  address?: string | undefined;
  /** path of a connection file */
  connection?: string | undefined;
  caFile?: string | undefined;
  tokenFile?: string | undefined;
}

const FILES = ['caFile', 'certificateFile', 'keyFile', 'tokenFile'] as const;
const KEYS: readonly string[] = ['address', 'addresses', ...FILES];
const ADDRESS = /^.+:\d+$/;

/** The same address for every service. */
export function oneAddress(address: string): Connection {
  return { addresses: everywhere(address) };
}

/**
 * Puts a connection together: an option goes before a variable of the environment (SPECTRAWL_ADDRESS, SPECTRAWL_CONNECTION), an
 * address before a file. The authorities and the token that are given by themselves (SPECTRAWL_CA_FILE, SPECTRAWL_TOKEN_FILE)
 * go before those of the file.
 * @throws {UsageError}
 */
export async function findConnection(options: ConnectionChoice, environment: NodeJS.ProcessEnv): Promise<Connection> {
  if (options.address !== undefined && options.connection !== undefined) {
    throw new UsageError('give either --address or --connection: a connection file names addresses itself');
  }
  const given = options.address ?? options.connection;
  const address = given === undefined ? environment['SPECTRAWL_ADDRESS'] || undefined : options.address;
  const file = given === undefined ? environment['SPECTRAWL_CONNECTION'] || undefined : options.connection;
  const caFile = options.caFile ?? (environment['SPECTRAWL_CA_FILE'] || undefined);
  const tokenFile = options.tokenFile ?? (environment['SPECTRAWL_TOKEN_FILE'] || undefined);
  if (address !== undefined && !ADDRESS.test(address)) throw new UsageError(`--address ${address}: give host:port`);
  const found =
    address === undefined && file !== undefined ? await readConnection(file) : oneAddress(address ?? DEFAULT_ADDRESS);
  return { ...found, ...(caFile !== undefined && { caFile }), ...(tokenFile !== undefined && { tokenFile }) };
}

/**
 * Reads a connection file: YAML with `address` (of every service) or `addresses` (by service), `caFile`, `certificateFile`, `keyFile`
 * and `tokenFile`. Relative paths in it start from the folder that it lies in.
 * @throws {UsageError} naming the file and the key that is wrong
 */
export async function readConnection(path: string): Promise<Connection> {
  const wrong = (what: string): UsageError => new UsageError(`${path}: ${what}`);
  let document: unknown;
  try {
    document = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  if (!isMapping(document)) throw wrong(`a connection file is a mapping with the keys ${KEYS.join(', ')}`);
  const unknown = Object.keys(document).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) throw wrong(`${unknown.join(', ')}: the keys are ${KEYS.join(', ')}`);

  const { address, addresses: several = {} } = document;
  if (!isMapping(several)) throw wrong('addresses has to be a mapping from services to host:port');
  const strangers = Object.keys(several).filter((name) => !SERVICES.includes(name as ServiceName));
  if (strangers.length > 0) throw wrong(`addresses: ${strangers.join(', ')}: the services are ${SERVICES.join(', ')}`);
  const missing = SERVICES.filter((name) => !(name in several));
  if (address === undefined && missing.length > 0 && missing.length < SERVICES.length) {
    throw wrong(`addresses lacks ${missing.join(', ')}: add them, or an address for those that are not named`);
  }
  const addresses = { ...everywhere(address ?? DEFAULT_ADDRESS), ...several };
  for (const [name, place] of Object.entries(addresses)) {
    if (typeof place !== 'string' || !ADDRESS.test(place)) throw wrong(`the address of ${name} has to be host:port`);
  }

  const files: Partial<Record<(typeof FILES)[number], string>> = {};
  for (const key of FILES) {
    const file = document[key];
    if (file === undefined) continue;
    if (typeof file !== 'string' || file === '') throw wrong(`${key} has to be a path`);
    files[key] = resolve(dirname(path), file);
  }
  if ((files.certificateFile === undefined) !== (files.keyFile === undefined)) {
    throw wrong('give both certificateFile and keyFile, or neither');
  }
  return { addresses: addresses as Record<ServiceName, string>, ...files };
}

/** How a channel is made for a connection. */
export function connectOptionsOf(connection: Connection): ConnectOptions {
  const { addresses, caFile, certificateFile, keyFile, tokenFile } = connection;
  // A token never leaves the machine in plain text: another's certificate is checked with the machine's authorities.
  const afar = Object.values(addresses).some((address) => !isLoopbackAddress(address));
  const encrypted = caFile !== undefined || certificateFile !== undefined || (tokenFile !== undefined && afar);
  return {
    ...(encrypted && { tls: { caFile, certificateFile, keyFile } }),
    ...(tokenFile !== undefined && { token: async () => (await readFile(tokenFile, 'utf8')).trim() }),
  };
}

function everywhere(address: unknown): Record<ServiceName, unknown> & Record<ServiceName, string> {
  return Object.fromEntries(SERVICES.map((name) => [name, address])) as Record<ServiceName, string>;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
