import { createHash } from 'node:crypto';
import { PassThrough, pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { BackupError } from './backup-error.ts';

/** What went through: how much, and what it is known by. */
export interface Measure {
  bytes: number;
  /** hexadecimal */
  sha256: string;
}

/** Passes bytes on and, at their end, tells what they were. */
export async function* measured(
  content: AsyncIterable<Uint8Array>,
  onEnd: (measure: Measure) => void,
): AsyncIterable<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  onEnd({ bytes, sha256: hash.digest('hex') });
}

/** Passes bytes on and fails at their end when they are not those that were measured once. @throws {BackupError} */
export function checked(
  what: string,
  content: AsyncIterable<Uint8Array>,
  expected: Measure,
): AsyncIterable<Uint8Array> {
  return measured(content, ({ bytes, sha256 }) => {
    if (bytes === expected.bytes && sha256 === expected.sha256) return;
    const how =
      bytes === expected.bytes ? 'its checksum is another one' : `${bytes} bytes instead of ${expected.bytes}`;
    throw new BackupError(`${what} is damaged (${how}): use another backup`);
  });
}

/** Batches of lines as compressed text. */
export function compressLines(batches: AsyncIterable<readonly string[]>): AsyncIterable<Uint8Array> {
  async function* text(): AsyncIterable<Buffer> {
    for await (const lines of batches) {
      if (lines.length > 0) yield Buffer.from(`${lines.join('\n')}\n`);
    }
  }
  return through(text(), createGzip());
}

/** Compressed text as batches of lines, at most `size` each. */
export async function* linesOf(content: AsyncIterable<Uint8Array>, size: number): AsyncIterable<string[]> {
  let batch: string[] = [];
  let parts: Buffer[] = [];
  for await (const chunk of through(content, createGunzip())) {
    let rest = chunk as Buffer;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      batch.push(Buffer.concat([...parts, rest.subarray(0, end)]).toString('utf8'));
      parts = [];
      rest = rest.subarray(end + 1);
      if (batch.length === size) {
        yield batch;
        batch = [];
      }
    }
    if (rest.length > 0) parts.push(rest);
  }
  if (parts.length > 0) throw new BackupError('a table of the backup ends inside a row: use another backup');
  if (batch.length > 0) yield batch;
}

function through(content: AsyncIterable<Uint8Array>, transform: NodeJS.ReadWriteStream): AsyncIterable<Uint8Array> {
  const out = new PassThrough();
  // The error reaches whoever reads.
  pipeline(Readable.from(content, { objectMode: false }), transform, out, () => undefined);
  return out;
}
