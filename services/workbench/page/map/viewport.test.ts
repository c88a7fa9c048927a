import fc from 'fast-check';
import { expect, it } from 'vitest';
import { closeness, closer, moved, resized, toMap, toWindow, whole } from './viewport.ts';

const sizes = fc.tuple(fc.integer({ min: 50, max: 4000 }), fc.integer({ min: 50, max: 4000 }));
const views = fc
  .tuple(sizes, fc.double({ min: 0.5, max: 8, noNaN: true }), fc.integer({ min: -200, max: 200 }))
  .map(([[width, height], factor, right]) =>
    moved(closer(whole(width, height), factor, { left: width / 3, top: height / 4 }), right, -right),
  );
const places = fc.record({ left: fc.integer({ min: 0, max: 4000 }), top: fc.integer({ min: 0, max: 4000 }) });

it('a place of the window and its place on the map belong together', () => {
  fc.assert(
    fc.property(views, places, (view, place) => {
      const back = toWindow(view, toMap(view, place));
      expect(back.left).toBeCloseTo(place.left, 6);
      expect(back.top).toBeCloseTo(place.top, 6);
    }),
  );
});

it('what is under the pointer stays there when one goes closer', () => {
  fc.assert(
    fc.property(views, places, fc.double({ min: 0.2, max: 5, noNaN: true }), (view, place, factor) => {
      const next = closer(view, factor, place);
      const [before, after] = [toMap(view, place), toMap(next, place)];
      expect(after.x).toBeCloseTo(before.x, 6);
      expect(after.y).toBeCloseTo(before.y, 6);
    }),
  );
});

it('the whole map fits into any window, the right way up', () => {
  fc.assert(
    fc.property(sizes, ([width, height]) => {
      const view = whole(width, height);
      expect(closeness(view)).toBe(1);
      const corner = toWindow(view, { x: 1, y: 1 });
      expect(corner.left).toBeLessThan(width);
      expect(corner.left).toBeGreaterThan(width / 2);
      expect(corner.top).toBeGreaterThan(0);
      expect(corner.top).toBeLessThan(height / 2);
    }),
  );
});

it('a window of another size shows the same part as closely', () => {
  fc.assert(
    fc.property(views, sizes, (view, [width, height]) => {
      const next = resized(view, width, height);
      expect([next.x, next.y]).toEqual([view.x, view.y]);
      expect(closeness(next)).toBeCloseTo(closeness(view), 9);
    }),
  );
});

it('the map can neither be lost nor be come too close to', () => {
  const view = whole(800, 600);
  expect(Math.abs(moved(view, 1e9, -1e9).x)).toBeLessThan(2);
  expect(closeness(closer(view, 1e9, { left: 0, top: 0 }))).toBeCloseTo(400, 6);
  expect(closeness(closer(view, 1e-9, { left: 0, top: 0 }))).toBeCloseTo(0.5, 6);
});
