import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeSummaries, summariseShard } from '@spectrawl/active-learning';
import { openObjectStore } from '@spectrawl/object-store';
import { bytesSource, readSummary, summaryKey, writeSummary } from '@spectrawl/pool';
import { expect, it } from 'vitest';
import { mergeStoredSummaries } from './merge-stored-summaries.ts';

const SHARDS = 130;
const ROWS = 5;

/** The summary of a made shard, each row as uncertain as its number says. */
function summaryOf(shard: number) {
  const ids = Array.from({ length: ROWS }, (_, row) => `${shard}-${row}`);
  const probabilities = Float32Array.from(ids.flatMap((_, row) => [1 - (shard + row) / 1000, (shard + row) / 1000]));
  const limits = { uncertain: 20, perClass: 3, positives: 10, random: 15, perStratum: 2 };
  const scored = { ids, probabilities, classCount: 2, excluded: () => false, seed: 5n };
  return summariseShard({ ...scored, shard, strategy: 'entropy', limits });
}

it('portions of summaries merge into what all of them at once merge into', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'spectrawl-summaries-'));
  try {
    const objects = await openObjectStore({ kind: 'filesystem', directory });
    const keys = Array.from({ length: SHARDS }, (_, shard) => summaryKey('demo', 0, shard));
    for (const [shard, key] of keys.entries()) await objects.put(key, await writeSummary(summaryOf(shard)));
    const all = await Promise.all(keys.map(async (key) => await readSummary(bytesSource(await objects.get(key)))));
    const merged = await mergeStoredSummaries(objects, keys);
    expect(merged).toEqual(mergeSummaries(all));
    expect(merged.rows).toBe(SHARDS * ROWS);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('no summaries are refused', async () => {
  const objects = await openObjectStore({ kind: 'filesystem', directory: tmpdir() });
  await expect(mergeStoredSummaries(objects, [])).rejects.toThrow('There is no summary to merge');
});
