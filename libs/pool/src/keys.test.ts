import { describe, expect, it } from 'vitest';
import * as keys from './keys.ts';

describe('object keys', () => {
  it('are those of the architecture', () => {
    expect(keys.shardKey('lamost-dr2', 42)).toBe('pools/lamost-dr2/shards/part-00042.parquet');
    expect(keys.spectraKey('lamost-dr2', 42)).toBe('pools/lamost-dr2/spectra/part-00042.parquet');
    expect(keys.reservoirKey('lamost-dr2', 42)).toBe('pools/lamost-dr2/reservoir/part-00042.parquet');
    expect(keys.manifestKey('lamost-dr2')).toBe('pools/lamost-dr2/manifest.json');
    expect(keys.modelKey('m-7', 'weights.bin')).toBe('models/m-7/weights.bin');
    expect(keys.scoresKey('demo', 3, 42)).toBe('campaigns/demo/iterations/3/scores/part-00042.parquet');
    expect(keys.summaryKey('demo', 3, 42)).toBe('campaigns/demo/iterations/3/summaries/part-00042.parquet');
    expect(keys.batchKey('demo', 3)).toBe('campaigns/demo/iterations/3/batch.parquet');
    expect(keys.catalogueKey('demo', 'candidates.vot')).toBe('campaigns/demo/catalogue/candidates.vot');
  });

  it('sort by shard number', () => {
    const numbers = [0, 9, 10, 99, 100, 4095, 99_999];
    expect(numbers.map((number) => keys.shardKey('p', number)).toSorted()).toEqual(
      numbers.map((number) => keys.shardKey('p', number)),
    );
  });

  it('never leave their folder', () => {
    for (const name of ['', '.', '..', 'a/b', '../x', 'a\\b', 'a\nb', ' a']) {
      expect(() => keys.manifestKey(name)).toThrow(`"${name}" cannot name an object`);
      expect(() => keys.modelKey('m', name)).toThrow(RangeError);
    }
    for (const number of [-1, 0.5, NaN, Infinity]) {
      expect(() => keys.shardKey('p', number)).toThrow(RangeError);
      expect(() => keys.batchKey('c', number)).toThrow(RangeError);
    }
  });
});
