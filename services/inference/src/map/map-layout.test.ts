import { seededRandom } from '@spectrawl/network';
import { python } from '@spectrawl/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLandmarks } from './landmarks.ts';
import { MapLayout } from './map-layout.ts';
import { nearestRows } from './nearest-rows.ts';
import { principalComponents, project } from './principal-components.ts';

const WIDTH = 24;
const ROWS = 1500;

/** Rows on curves of their own in a space of 24 dimensions, one curve a class; the last class is rare. */
function curves(rows: number): { values: Float32Array<ArrayBuffer>; classes: number[] } {
  const { uniform } = seededRandom(3, 'curves');
  const centres = Array.from({ length: 4 * WIDTH }, () => 3 * uniform());
  const classes = Array.from({ length: rows }, (_, row) => (row % 100 === 7 ? 3 : row % 3));
  const values = new Float32Array(rows * WIDTH);
  for (const [row, each] of classes.entries()) {
    const along = uniform();
    for (let i = 0; i < WIDTH; i++) {
      const curve = Math.sin(along * 3 + i) + along * Math.cos(each * 5 + i);
      values[row * WIDTH + i] = Math.max(0, centres[each * WIDTH + i]! + curve + 0.3 * (uniform() - 0.5));
    }
  }
  return { values, classes };
}

const { values, classes } = curves(ROWS);

function laidOut(seed: number, landmarks: number, chunk = 100): Float32Array {
  const layout = new MapLayout(WIDTH, landmarks, seed);
  for (let start = 0; start < ROWS; start += chunk) layout.add(values.slice(start * WIDTH, (start + chunk) * WIDTH));
  return layout.finish();
}

const inRows = (flat: Float32Array, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, row) => [...flat.subarray(row * width, (row + 1) * width)]);

interface Judgement {
  trustworthiness: number;
  agreement: number;
}

describe('a layout', () => {
  it('keeps neighbours and classes together, far better than chance and than the two first principal components', async () => {
    const places = laidOut(1, 500);
    const input = JSON.stringify({ rows: inRows(values, WIDTH), places: inRows(places, 2), classes });
    const judged = JSON.parse(await python(new URL('../../test/judge_map.py', import.meta.url), [], input)) as Record<
      'map' | 'principal' | 'random',
      Judgement
    >;
    expect(judged.random.trustworthiness).toBeLessThan(0.6);
    expect(judged.map.trustworthiness).toBeGreaterThan(0.93);
    expect(judged.map.trustworthiness).toBeGreaterThan(judged.principal.trustworthiness);
    expect(judged.map.agreement).toBeGreaterThan(0.98);
    expect(judged.random.agreement).toBeLessThan(0.5);
  });

  it('is the same for the same seed, however the rows come, and another one for another seed', () => {
    const one = laidOut(1, 500);
    expect(laidOut(1, 500, 1500)).toEqual(one);
    expect(laidOut(2, 500)).not.toEqual(one);
  });

  it('fills a square around the middle', () => {
    const places = laidOut(1, 1500);
    expect(Math.max(...places)).toBeLessThanOrEqual(1);
    expect(Math.min(...places)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...places)).toBeCloseTo(1, 5);
  });

  it.each([0, 1, 2, 3, 17])('can have %d rows', (rows) => {
    const layout = new MapLayout(WIDTH, 500, 1);
    layout.add(values.slice(0, rows * WIDTH));
    const places = layout.finish();
    expect(places).toHaveLength(rows * 2);
    expect(places.every(Number.isFinite)).toBe(true);
  });

  it('of rows that coincide is finite', () => {
    const layout = new MapLayout(3, 500, 1);
    layout.add(new Float32Array(600 * 3).fill(0.5));
    expect(layout.finish().every(Number.isFinite)).toBe(true);
  });
});

describe('principal components', () => {
  it("are numpy's", async () => {
    const { axes, mean, count } = principalComponents(values, WIDTH, 5, seededRandom(1, 'test').uniform);
    const program = `
import json, sys
import numpy as np
rows = np.array(json.load(sys.stdin))
centred = rows - rows.mean(axis=0)
axes = np.linalg.svd(centred, full_matrices=False)[2][:5]
axes *= np.sign(axes[np.arange(5), np.abs(axes).argmax(axis=1)])[:, None]
print(json.dumps({"mean": rows.mean(axis=0).tolist(), "axes": axes.ravel().tolist()}))
`;
    const expected = JSON.parse(await python(program, [], JSON.stringify(inRows(values, WIDTH)))) as {
      mean: number[];
      axes: number[];
    };
    expect(count).toBe(5);
    for (const [at, value] of expected.mean.entries()) expect(mean[at]).toBeCloseTo(value, 6);
    for (const [at, value] of expected.axes.entries()) expect(axes[at]).toBeCloseTo(value, 3);
  });

  it('of fewer directions than asked for are zero beyond them', () => {
    const line = Float32Array.from({ length: 90 }, (_, at) => Math.floor(at / 3) * [1, 2, 2][at % 3]!);
    const components = principalComponents(line, 3, 16, seededRandom(1, 'test').uniform);
    expect(components.count).toBe(3);
    const projected = inRows(project(components, line), 3);
    for (const [row, [along, second, third]] of projected.entries()) {
      expect(along).toBeCloseTo(3 * (row - 14.5), 3);
      expect(Math.abs(second!) + Math.abs(third!)).toBeLessThan(1e-3);
    }
  });
});

it('the nearest rows are those of a plain search', () => {
  const vectors = fc.array(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 3 }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(vectors, vectors, fc.integer({ min: 1, max: 6 }), (asked, among, k) => {
      const found = nearestRows(Float32Array.from(asked.flat()), Float32Array.from(among.flat()), 3, k);
      expect(found.k).toBe(Math.min(k, among.length));
      for (const [row, from] of asked.entries()) {
        const all = among.map((to) => Math.hypot(...to.map((value, i) => value - from[i]!))).sort((a, b) => a - b);
        const near = found.distances.subarray(row * found.k, (row + 1) * found.k);
        for (const [at, distance] of near.entries()) expect(distance).toBeCloseTo(all[at]!, 5);
        const named = found.rows.subarray(row * found.k, (row + 1) * found.k);
        expect(new Set(named).size).toBe(found.k);
      }
    }),
  );
});

describe('landmarks', () => {
  it('have every rare spectrum, the first of the others, and some of the labelled ones', () => {
    const rare = 50;
    const many = Int32Array.from({ length: 20_000 }, (_, at) => (at % 400 === 399 ? 2 : at % 2));
    const { order, landmarks } = chooseLandmarks(many, 5000);
    expect(landmarks).toBe(6144 + 2048);
    expect(new Set(order)).toEqual(new Set(Array.from({ length: 25_000 }, (_, at) => at)));
    const chosen = [...order.subarray(0, landmarks)];
    expect(chosen.filter((at) => many[at] === 2)).toHaveLength(rare);
    expect(chosen.filter((at) => at >= 20_000)).toHaveLength(2048);
  });

  it('are all of a small pool', () => {
    expect(chooseLandmarks(Int32Array.of(0, 1, 0), 2)).toEqual({ order: Uint32Array.of(0, 1, 2, 3, 4), landmarks: 5 });
  });
});
