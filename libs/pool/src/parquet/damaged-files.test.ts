import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolError } from '../pool-error.ts';
import { bytesSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { boolean, dense, float32List, float64, int64, optional, string } from './schema.ts';
import { readTable } from './table-file.ts';
import { writeTable } from './table-writer.ts';

const SCHEMA = {
  id: string,
  obsid: optional(int64),
  ra: float64,
  flag: boolean,
  flux: float32List,
  features: dense(6),
};
const ROWS = 50;

const whole = writeTable(
  SCHEMA,
  {
    id: Array.from({ length: ROWS }, (_, i) => `spectrum ${i}`),
    obsid: Array.from({ length: ROWS }, (_, i) => (i % 3 ? BigInt(i) : null)),
    ra: Array.from({ length: ROWS }, (_, i) => i / 7),
    flag: Array.from({ length: ROWS }, (_, i) => i % 2 === 0),
    flux: Array.from({ length: ROWS }, (_, i) => new Float32Array(i % 5).fill(i)),
    features: Float32Array.from({ length: 6 * ROWS }, (_, i) => i),
  },
  { groupRows: 20 },
);

/** The error of reading all of these bytes; undefined if they can be read. */
const errorOf = (bytes: Uint8Array): Promise<unknown> =>
  readTable(bytesSource(bytes), SCHEMA).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a damaged file', () => {
  it('is refused with a PoolError wherever it was cut off', async () => {
    const bytes = await whole;
    for (let size = 0; size < bytes.length; size++) {
      expect(await errorOf(bytes.subarray(0, size)), `${size} bytes`).toBeInstanceOf(PoolError);
    }
  });

  it('is read or refused with a PoolError whichever bytes are wrong', async () => {
    const bytes = await whole;
    const damage = fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, byte] of changes) damaged[at] = byte;
        const error = await errorOf(damaged);
        if (error === undefined) return;
        expect(error).toBeInstanceOf(PoolError);
        refused++;
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(refused).toBeGreaterThan(1000);
  });

  it('is refused if it is something else', async () => {
    expect(await errorOf(new TextEncoder().encode('SIMPLE  =                    T'.repeat(20)))).toMatchObject({
      reason: 'not-parquet',
      message: 'Not a Parquet file, or one cut off: it does not end with PAR1. Copy it again.',
    });
  });

  it('says so if the source gives fewer bytes than asked for', async () => {
    const bytes = await whole;
    const source: ByteSource = {
      size: bytes.length,
      read: async (offset, length) => bytes.subarray(offset, offset + (offset < 2000 ? length - 1 : length)),
    };
    await expect(readTable(source, SCHEMA)).rejects.toThrow(PoolError);
  });

  it('passes on what the source itself throws, at any read', async () => {
    const bytes = await whole;
    const failure = new Error('the store is away');
    let reads = 0;
    const failingAt = (nth: number): ByteSource => ({
      size: bytes.length,
      read: async (offset, length) => {
        if (++reads === nth) throw failure;
        return bytes.subarray(offset, offset + length);
      },
    });
    await readTable(failingAt(0), SCHEMA);
    const all = reads;
    expect(all).toBeGreaterThan(5);
    for (let nth = 1; nth <= all; nth++) {
      reads = 0;
      await expect(readTable(failingAt(nth), SCHEMA), `read ${nth}`).rejects.toBe(failure);
    }
  });
});
