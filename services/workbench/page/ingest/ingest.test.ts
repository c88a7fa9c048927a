import { create } from '@bufbuild/protobuf';
import { IngestCountsSchema, QuarantinedInputSchema } from '@spectrawl/contracts';
import { UNUSABLE_REASONS } from '@spectrawl/spectra';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedCounts, countsEquation } from './counts.ts';
import { quarantineGroups } from './quarantine.ts';
import { MOST_BYTES, MOST_FILES, uploadParts, visibleFiles } from './upload-parts.ts';

const quarantined = (source: string, reason: string) => create(QuarantinedInputSchema, { source, reason });

describe('quarantine', () => {
  it('is grouped by reason, the most frequent first', () => {
    const groups = quarantineGroups([
      quarantined('a.fits', 'truncated'),
      quarantined('b.fits', 'not-fits'),
      quarantined('c.fits', 'not-fits'),
      quarantined('d.fits', 'brand-new'),
    ]);
    expect(groups.map(({ reason, meaning, inputs }) => [reason, meaning, inputs.map(({ source }) => source)])).toEqual([
      ['not-fits', 'The bytes are no FITS file', ['b.fits', 'c.fits']],
      ['brand-new', '', ['d.fits']],
      ['truncated', 'The file ends too early', ['a.fits']],
    ]);
  });

  it.each(UNUSABLE_REASONS)('says what %s means', (reason) => {
    expect(quarantineGroups([quarantined('x.fits', reason)])[0]?.meaning).not.toBe('');
  });
});

describe('counts', () => {
  it('add up, or say what is under way', () => {
    const counts = create(IngestCountsSchema, { received: 560n, stored: 550n, quarantined: 4n, duplicates: 6n });
    expect(countsEquation(counts)).toEqual({
      received: 560,
      stored: 550,
      quarantined: 4,
      duplicates: 6,
      underWay: 0,
    });
    expect(countsEquation(create(IngestCountsSchema, { received: 10n, stored: 3n })).underWay).toBe(7);
    expect(countsEquation(undefined).received).toBe(0);
  });

  it('of several uploads are their sums', () => {
    const one = countsEquation(create(IngestCountsSchema, { received: 3n, stored: 2n, duplicates: 1n }));
    expect(addedCounts([one, one])).toEqual({ received: 6, stored: 4, quarantined: 0, duplicates: 2, underWay: 0 });
  });
});

describe('an upload', () => {
  // Blobs of any size, without their bytes.
  const file = (path: string, size: number) => ({ path, file: { size } as Blob });

  it('leaves hidden files alone and orders the rest', () => {
    const chosen = ['night/b.fits', 'night/.DS_Store', '.cache/a.fits', 'night/a.fits'].map((path) => file(path, 1));
    expect(visibleFiles(chosen).map(({ path }) => path)).toEqual(['night/a.fits', 'night/b.fits']);
  });

  it('is cut into parts that keep the limits and lose nothing', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 2 * MOST_BYTES }), { maxLength: 200 });
    fc.assert(
      fc.property(sizes, (all) => {
        const files = all.map((size, at) => file(`${at}.fits`, size));
        const parts = uploadParts(files);
        expect(parts.flat()).toEqual(files);
        for (const part of parts) {
          expect(part.length).toBeGreaterThan(0);
          const bytes = part.reduce((sum, { file: { size } }) => sum + size, 0);
          expect(part.length === 1 || bytes <= MOST_BYTES).toBe(true);
        }
      }),
    );
  });

  it('of many small files has as many in each part as a request may carry', () => {
    const files = Array.from({ length: 2 * MOST_FILES + 1 }, (_, at) => file(`${at}.fits`, 10));
    expect(uploadParts(files).map((part) => part.length)).toEqual([MOST_FILES, MOST_FILES, 1]);
  });
});
