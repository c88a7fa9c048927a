import { once } from 'node:events';
import { chmod, open, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { logger } from '@spectrawl/telemetry';
import type { DatabaseServer } from './database.ts';
import { DatabaseUnavailableError } from './errors.ts';
import { snapshotWithin, type DatabaseSnapshot, type StoredSchema } from './snapshot.ts';

const log = logger('database');

const SOCKET = 'snapshots.sock';

/** sun_path of unix(7) has 108 bytes, the last one of them 0. */
const LONGEST_PATH = 107;

/** milliseconds after which a reader that takes nothing is given up: everything else in the process waits for it */
const PATIENCE = 30_000;

/** What goes over the socket, a line each: the schemas, then the rows of each table and its end, then the end of all. */
type Line = { schemas: StoredSchema[] } | { rows: string[] } | { end: 'table' | 'snapshot' } | { error: string };

/**
 * Lets another process of the same user read a database that this one has open: a socket in its directory, which answers every
 * connection with a snapshot.
 */
export class SnapshotSocket {
  readonly #server: Server;
  readonly #release: () => Promise<void>;

  private constructor(server: Server, release: () => Promise<void>) {
    this.#server = server;
    this.#release = release;
  }

  static async listen(directory: string, database: DatabaseServer): Promise<SnapshotSocket> {
    const path = join(directory, SOCKET);
    await rm(path, { force: true });
    const { short, release } = await shortPath(directory);
    const server = createServer((socket) => {
      answer(socket, database).catch((error: unknown) => log.warn({ error }, 'a snapshot could not be given'));
    });
    server.listen(short);
    await once(server, 'listening');
    await chmod(path, 0o600);
    return new SnapshotSocket(server, release);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
    await this.#release();
  }
}

/** Reads a snapshot of a database that another process has open. @throws {DatabaseUnavailableError} */
export async function readThroughSocket<T>(
  directory: string,
  schemas: readonly string[],
  use: (snapshot: DatabaseSnapshot) => Promise<T>,
): Promise<T> {
  const { short, release } = await shortPath(directory);
  const socket = connect(short);
  try {
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(schemas)}\n`);
    const lines = received(socket);
    const first = await next(lines);
    if (!('schemas' in first)) throw unexpected('no list of schemas came');
    const order = first.schemas.flatMap(({ tables }) => tables);
    let at = 0;
    const result = await use({
      schemas: first.schemas,
      rows: (table) => {
        if (order[at++] !== table) throw new RangeError(`the rows of "${table.name}" were asked for out of their turn`);
        return rowsOf(lines);
      },
    });
    const last = await next(lines);
    if (!('end' in last && last.end === 'snapshot')) throw unexpected('it has no end');
    return result;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new DatabaseUnavailableError(
        `the process that uses the database in ${directory} gives no snapshot (${error.message}): stop it, then try again`,
        { cause: error },
      );
    }
    throw error;
  } finally {
    socket.destroy();
    await release();
  }
}

async function answer(socket: Socket, database: DatabaseServer): Promise<void> {
  // Whatever breaks the connection is told by the write that meets it.
  socket.on('error', () => undefined);
  try {
    const { value } = await linesOf(socket).next();
    if (value === undefined) return;
    const names = JSON.parse(value) as string[];
    await database.acrossSchemas(async (tx) => {
      const snapshot = await snapshotWithin(tx, names);
      await send(socket, { schemas: [...snapshot.schemas] });
      for (const table of snapshot.schemas.flatMap(({ tables }) => tables)) {
        for await (const rows of snapshot.rows(table)) await send(socket, { rows });
        await send(socket, { end: 'table' });
      }
    });
    await send(socket, { end: 'snapshot' });
    socket.end();
  } catch (error) {
    if (socket.writable) await send(socket, { error: error instanceof Error ? error.message : String(error) });
    socket.destroy();
    throw error;
  }
}

async function send(socket: Socket, line: Line): Promise<void> {
  if (!socket.writable) throw new Error('the reader of the snapshot has left');
  if (socket.write(`${JSON.stringify(line)}\n`)) return;
  const left = new AbortController();
  const onClose = (): void => left.abort();
  socket.once('close', onClose);
  try {
    await once(socket, 'drain', { signal: AbortSignal.any([left.signal, AbortSignal.timeout(PATIENCE)]) });
  } finally {
    socket.off('close', onClose);
  }
}

async function* received(socket: Socket): AsyncGenerator<Line> {
  for await (const line of linesOf(socket)) yield JSON.parse(line) as Line;
}

/** Node's own reader of lines reads far ahead. */
async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8');
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
}

async function next(lines: AsyncGenerator<Line>): Promise<Line> {
  const { value, done } = await lines.next();
  if (done === true || value === undefined) throw unexpected('it was cut off');
  if ('error' in value) throw unexpected(value.error);
  return value;
}

async function* rowsOf(lines: AsyncGenerator<Line>): AsyncIterable<string[]> {
  for (let line = await next(lines); !('end' in line); line = await next(lines)) {
    if ('rows' in line) yield line.rows;
  }
}

function unexpected(what: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(
    `the process that uses the database gave no whole snapshot (${what}): see its log, then try again`,
  );
}

/** A path by which the socket can be named, however deep its directory lies. */
async function shortPath(directory: string): Promise<{ short: string; release: () => Promise<void> }> {
  const path = join(directory, SOCKET);
  if (Buffer.byteLength(path) <= LONGEST_PATH) return { short: path, release: async () => {} };
  const folder = await open(directory);
  return { short: join('/proc/self/fd', String(folder.fd), SOCKET), release: () => folder.close() };
}
