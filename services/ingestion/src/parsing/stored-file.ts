import { closeSync, openSync, readSync, statSync } from 'node:fs';
import type { ByteSource } from '@spectrawl/pool';

/** A file of this machine for reading by ranges. It is opened for each read: the file may be deleted at any time between. */
export function storedFile(path: string): ByteSource {
  const read = (offset: number, target: Uint8Array): Uint8Array => {
    const descriptor = openSync(path, 'r');
    try {
      readFully(descriptor, target, offset);
      return target;
    } finally {
      closeSync(descriptor);
    }
  };
  return {
    size: statSync(path).size,
    read: async (offset, length) => read(offset, new Uint8Array(length)),
    readInto: async (offset, target) => void read(offset, target),
  };
}

/** Fills `target` from `offset` of an open file. @throws RangeError where the file ends first */
export function readFully(descriptor: number, target: Uint8Array, offset: number): void {
  let filled = 0;
  while (filled < target.byteLength) {
    const count = readSync(descriptor, target, filled, target.byteLength - filled, offset + filled);
    if (count === 0) throw new RangeError(`the file ends ${target.byteLength - filled} bytes too early`);
    filled += count;
  }
}
