import { describe, expect, it } from 'vitest';
import { bytesSource, findFeatures, findSpectra, writeShard, type ManifestShard } from '../src/index.ts';
import * as example from './example-files.ts';

const ROWS = 30;

describe('looking for spectra in a pool', () => {
  it('finds those that a shard holds, and opens only shards that may hold one', async () => {
    const rows = example.shardRows(ROWS);
    const halves = [rows.id.slice(0, ROWS / 2), rows.id.slice(ROWS / 2)];
    const bytes = new Map<string, Uint8Array>();
    const shards: Pick<ManifestShard, 'key' | 'minId' | 'maxId'>[] = [];
    for (const [number, id] of halves.entries()) {
      const key = `shard-${number}`;
      bytes.set(key, await writeShard({ ...example.shardRows(ROWS / 2), id }, example.shardDescription));
      shards.push({ key, minId: id[0]!, maxId: id.at(-1)! });
    }
    const opened: string[] = [];
    const open = async (key: string) => {
      opened.push(key);
      return bytesSource(bytes.get(key)!);
    };
    const manifest = { shards: shards as ManifestShard[] };
    const asked = [halves[0]![3]!, halves[1]![0]!, `${halves[0]![3]!}-2`, 'unknown', ''];

    const found = await findSpectra(manifest, asked, open);
    expect([...found].toSorted()).toEqual([halves[0]![3], halves[1]![0]]);
    expect(new Set((await findFeatures(manifest, asked, open)).keys())).toEqual(found);

    opened.length = 0;
    expect(await findSpectra(manifest, [halves[1]![4]!, 'unknown'], open)).toEqual(new Set([halves[1]![4]]));
    expect(await findSpectra(manifest, [], open)).toEqual(new Set());
    expect(opened).toEqual(['shard-1']);
  });
});
