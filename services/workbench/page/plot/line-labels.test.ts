import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrangeLabels } from './line-labels.ts';

it('labels that would cover each other go to different rows, the most important first', () => {
  const at = (place: number) => ({ text: 'x', at: place, width: 20 });
  expect(arrangeLabels([at(100), at(110), at(300), at(105)], 2)).toEqual([0, 1, 0, undefined]);
});

it('no label of a row covers another', () => {
  const label = fc.record({
    text: fc.constant('x'),
    at: fc.integer({ max: 500, min: 0 }),
    width: fc.integer({ min: 5, max: 80 }),
  });
  fc.assert(
    fc.property(fc.array(label), fc.integer({ min: 1, max: 3 }), (labels, rows) => {
      const placed = arrangeLabels(labels, rows).map((row, index) => ({ row, ...labels[index]! }));
      const covering = placed.flatMap((one, index) =>
        placed
          .slice(index + 1)
          .filter(
            (other) =>
              one.row !== undefined &&
              one.row === other.row &&
              Math.abs(one.at - other.at) < (one.width + other.width) / 2,
          ),
      );
      expect(covering).toEqual([]);
    }),
  );
});
