import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTicks, linearScale, logScale, roundTicks, wholeTicks } from './scale.ts';

describe('scales', () => {
  it('map the ends of the domain to the ends of the range', () => {
    const scale = linearScale([0, 0.2], [200, 0]);
    expect([scale.at(0), scale.at(0.1), scale.at(0.2)]).toEqual([200, 100, 0]);
  });

  it('put a single value into the middle', () => {
    expect(linearScale([3, 3], [0, 100]).at(3)).toBe(50);
  });

  it('map factors to steps when logarithmic', () => {
    const scale = logScale([0.01, 1], [0, 100]);
    expect(scale.at(0.1)).toBeCloseTo(50, 9);
  });
});

describe('ticks', () => {
  it.each<[[number, number], number[]]>([
    [
      [0, 0.23],
      [0, 0.05, 0.1, 0.15, 0.2, 0.25],
    ],
    [
      [0, 1000],
      [0, 200, 400, 600, 800, 1000],
    ],
    [[7, 7], [7]],
  ])('of %j are round', (domain, ticks) => {
    expect(roundTicks(domain)).toEqual(ticks);
  });

  it('enclose their domain, increase, and stay few', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (from, extent) => {
        const ticks = roundTicks([from, from + extent]);
        const step = ticks[1]! - ticks[0]!;
        expect(ticks[0]!).toBeLessThanOrEqual(from + 1e-6 * step);
        expect(ticks.at(-1)!).toBeGreaterThanOrEqual(from + extent - 1e-6 * step);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
      }),
    );
  });

  it('of iterations are whole numbers', () => {
    expect(wholeTicks([0, 3])).toEqual([0, 1, 2, 3]);
    expect(wholeTicks([0, 40])).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
  });

  it.each<[[number, number], number[]]>([
    [
      [0.002, 1.1],
      [0.001, 0.01, 0.1, 1, 10],
    ],
    [
      [0.15, 0.62],
      [0.1, 0.2, 0.5, 1],
    ],
    [
      [0.3, 0.45],
      [0.2, 0.5],
    ],
    [
      [1, 1],
      [1, 2],
    ],
  ])('of losses over %j are round on a logarithmic scale', (domain, ticks) => {
    expect(logTicks(domain)).toEqual(ticks);
  });
});
