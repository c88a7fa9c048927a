import { createDraw } from '@spectrawl/active-learning';
import { bytesSource } from '@spectrawl/pool';
import { lineFeatures, storePool } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { drawPool } from './draw-pool.ts';

const SHARDS = [70, 1, 130, 40].map((rows, shard) =>
  Array.from({ length: rows }, (_, at) => {
    const id = `spectrum-${shard}-${String(at).padStart(3, '0')}`;
    return { id, features: lineFeatures(at % 3, id) };
  }),
);
const ALL = SHARDS.flat();

/** The pool with reservoirs of so many rows, and the objects that a draw reads. */
async function draw(reservoirRows: number, count: number) {
  const objects = new Map<string, Uint8Array>();
  const put = async (key: string, bytes: Uint8Array): Promise<void> => void objects.set(key, bytes);
  const { shards } = await storePool({ put }, 'pool', SHARDS, reservoirRows);
  const read: string[] = [];
  const progress: number[] = [];
  const drawn = await drawPool(
    shards,
    count,
    async (key) => {
      read.push(key);
      return bytesSource(objects.get(key)!);
    },
    (done) => progress.push(done),
    new AbortController().signal,
  );
  return { drawn, read, progress };
}

/** What a plain sort of the whole pool by draw number gives. */
function expected(count: number): string[] {
  const priority = createDraw(0n, 'exploration');
  return ALL.map(({ id }) => id)
    .sort((a, b) => priority(a) - priority(b))
    .slice(0, count);
}

describe('spectra drawn from a pool', () => {
  it.each([
    [1, 130],
    [20, 130],
    [100, 130],
    [241, 130],
    [1000, 130],
    [20, 4],
    [100, 30],
    [241, 1],
  ])('are the %d of the smallest draw numbers, with reservoirs of %d rows', async (count, reservoirRows) => {
    const { drawn, progress } = await draw(reservoirRows, count);
    expect(drawn.ids).toEqual(expected(count));
    for (const [at, id] of drawn.ids.entries()) {
      const { features } = ALL.find((spectrum) => spectrum.id === id)!;
      expect(drawn.features.subarray(at * 140, (at + 1) * 140)).toEqual(features);
      expect(SHARDS[drawn.shards[at]!]![drawn.rows[at]!]!.id).toBe(id);
    }
    expect(progress).toEqual([0, 0.25, 0.5, 0.75]);
  });

  it('need no shard where the reservoirs suffice', async () => {
    const { read } = await draw(130, 20);
    expect(read.every((key) => key.includes('/reservoir/'))).toBe(true);
  });
});
