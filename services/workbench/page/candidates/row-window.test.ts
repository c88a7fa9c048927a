import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastTop, rowPixelsAPixel, scrolledHeight, shownRows, topShowing } from './row-window.ts';

const windows = fc.record({
  count: fc.integer({ min: 0, max: 50_000_000 }),
  rowHeight: fc.constantFrom(24, 40),
  height: fc.integer({ min: 40, max: 2000 }),
});

describe('a window on many rows', () => {
  it('is never taller than browsers lay out, and its ends are those of the list', () => {
    fc.assert(
      fc.property(windows, (rows) => {
        expect(scrolledHeight(rows)).toBeLessThanOrEqual(8_000_000);
        const bottom = Math.max(0, scrolledHeight(rows) - rows.height);
        expect(bottom * rowPixelsAPixel(rows)).toBeCloseTo(lastTop(rows), 0);
        const { last } = shownRows(rows, lastTop(rows), 3);
        expect(last).toBe(rows.count - 1);
        expect(shownRows(rows, 0, 3).first).toBe(0);
      }),
    );
  });

  it('moves no more than it must to show a row', () => {
    fc.assert(
      fc.property(
        windows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, at, to) => {
          fc.pre(rows.count > 0);
          const top = at * lastTop(rows);
          const row = Math.floor(to * (rows.count - 1));
          const moved = topShowing(rows, top, row);
          expect(row * rows.rowHeight).toBeGreaterThanOrEqual(moved - Math.max(0, rows.rowHeight - rows.height) - 1e-6);
          expect((row + 1) * rows.rowHeight).toBeLessThanOrEqual(moved + Math.max(rows.height, rows.rowHeight) + 1e-6);
          expect(topShowing(rows, moved, row)).toBeCloseTo(moved, 6);
        },
      ),
    );
  });
});
