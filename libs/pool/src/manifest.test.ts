import { describe, expect, it } from 'vitest';
import { reservoirKey, shardKey, spectraKey } from './keys.ts';
import { parseManifest, writeManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { PoolError } from './pool-error.ts';

const shard = (number: number, rows: number) => ({
  number,
  key: shardKey('demo', number),
  rows,
  bytes: 1000 * rows,
  sha256: 'ab'.repeat(32),
  spectraKey: spectraKey('demo', number),
  reservoirKey: reservoirKey('demo', number),
  minId: `a${number}`,
  maxId: `b${number}`,
});

const manifest: Manifest = {
  pool: 'demo',
  surveys: ['lamost', 'ondrejov'],
  preprocessing: { version: '1', parameters: { blurSigma: 7, medium: 'vacuum', clipped: false } },
  features: { start: 6519, end: 6732, count: 140 },
  shards: [shard(0, 100), shard(1, 23)],
  counts: { in: 130, stored: 123, quarantined: 4, duplicates: 3 },
  sealedAt: '2026-11-22T10:00:00.000Z',
};

const refusal = (changed: unknown): string => {
  try {
    parseManifest(typeof changed === 'string' ? changed : JSON.stringify(changed));
  } catch (error) {
    expect(error).toBeInstanceOf(PoolError);
    expect((error as PoolError).reason).toBe('manifest');
    return (error as PoolError).message;
  }
  return 'accepted';
};

describe('a manifest', () => {
  it('is read as it was written', () => {
    expect(parseManifest(writeManifest(manifest))).toEqual(manifest);
  });

  it('of an empty pool is a manifest', () => {
    const empty = { ...manifest, surveys: [], shards: [], counts: { in: 2, stored: 0, quarantined: 2, duplicates: 0 } };
    expect(parseManifest(writeManifest(empty))).toEqual(empty);
  });

  it('is neither written nor read if its counts do not reconcile', () => {
    const lost = { ...manifest, counts: { ...manifest.counts, in: 131 } };
    expect(() => writeManifest(lost)).toThrow(
      'The pool manifest: 131 spectra in, but 123 stored + 4 quarantined + 3 duplicates = 130.',
    );
    expect(refusal({ schemaVersion: 1, ...lost })).toContain('131 spectra in');
    const short = { ...manifest, shards: [shard(0, 100)] };
    expect(() => writeManifest(short)).toThrow('its shards hold 100 rows, but it counts 123 stored');
  });

  it('is refused if it is malformed, naming the field', () => {
    const whole = { schemaVersion: 1, ...manifest };
    expect(refusal('{')).toMatch(/^The pool manifest is not JSON: /);
    expect(refusal('[]')).toBe('The pool manifest is not an object.');
    expect(refusal({ ...whole, pool: '' })).toBe('The pool manifest: pool is not a non-empty text.');
    expect(refusal({ ...whole, shards: {} })).toBe('The pool manifest: shards is not a list.');
    expect(refusal({ ...whole, shards: [{ ...shard(0, 100), rows: -1 }, shard(1, 23)] })).toBe(
      'The pool manifest, shard 0: rows is not an integer of at least 0.',
    );
    expect(refusal({ ...whole, shards: [shard(1, 123)] })).toBe(
      'The pool manifest, shard 0: number is 1; shards are numbered from 0 without gaps.',
    );
    expect(refusal({ ...whole, shards: [{ ...shard(0, 123), sha256: 'x' }] })).toContain('64 hexadecimal digits');
    expect(refusal({ ...whole, shards: [{ ...shard(0, 123), minId: 'z' }] })).toContain('minId comes after maxId');
    expect(refusal({ ...whole, counts: { ...manifest.counts, stored: '123' } })).toBe(
      'The pool manifest, counts: stored is not an integer of at least 0.',
    );
    expect(refusal({ ...whole, preprocessing: { version: '1', parameters: { a: [] } } })).toBe(
      'The pool manifest, preprocessing: parameters is not an object of numbers, texts and booleans.',
    );
    expect(refusal({ ...whole, features: { ...manifest.features, start: 7000 } })).toContain('must begin below');
    expect(refusal({ ...whole, sealedAt: 'yesterday' })).toContain('ISO 8601');
    expect(refusal({ ...whole, schemaVersion: 2 })).toBe(
      'The pool manifest: schemaVersion is 2; this release reads up to 1. Use a newer release.',
    );
  });
});
