import { expect, it } from 'vitest';
import { arc, onCircle, segmentAngles } from './ring-geometry.ts';

it('segments share the circle with gaps between them', () => {
  const all = [0, 1, 2, 3].map((index) => segmentAngles(index, 4));
  expect(all[0]).toEqual({ from: 3.5, to: 86.5 });
  expect(all.map(({ from, to }) => to - from)).toEqual([83, 83, 83, 83]);
  expect(all[3]?.to).toBe(356.5);
});

it('angles go clockwise from the top', () => {
  expect(onCircle(10, 0)).toEqual({ x: 0, y: -10 });
  expect(onCircle(10, 90)).toEqual({ x: 10, y: -0 });
});

it('an arc of more than a half turn says so', () => {
  expect(arc(10, 0, 90)).toBe('M 0 -10 A 10 10 0 0 1 10 0');
  expect(arc(10, 0, 270)).toMatch(/ 0 1 1 -10 0$/);
});
