import { SourceFailure } from '../pool-error.ts';

/** Bytes that can be read by range: a file, an object in a store, or memory. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; callers never ask beyond `size`. The bytes are not changed afterwards. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Fills `target` with the bytes from `offset`. Optional, for files: memory that is used again is read into about twice
   * as fast as memory that the system has to provide first.
   */
  readInto?(offset: number, target: Uint8Array): Promise<void>;
}

/** Where a writer puts its bytes, in order. Each array belongs to the sink. */
export interface ByteSink {
  write(bytes: Uint8Array): void | Promise<void>;
}

/** A source over bytes in memory; reads are views, not copies. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
  };
}

/** The same source, whose own failures can be told from those of decoders. */
export function markFailures(source: ByteSource): ByteSource {
  const marking = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      throw new SourceFailure(error);
    }
  };
  const marked: ByteSource = {
    size: source.size,
    read: (offset, length) => marking(() => source.read(offset, length)),
  };
  if (source.readInto) marked.readInto = (offset, target) => marking(() => source.readInto!(offset, target));
  return marked;
}

/** A sink that keeps what it is given. */
export class BytesSink implements ByteSink {
  readonly #parts: Uint8Array[] = [];

  write(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }

  /** Everything written so far, in one array. */
  bytes(): Uint8Array<ArrayBuffer> {
    let size = 0;
    for (const part of this.#parts) size += part.byteLength;
    const all = new Uint8Array(size);
    let offset = 0;
    for (const part of this.#parts) {
      all.set(part, offset);
      offset += part.byteLength;
    }
    return all;
  }
}
