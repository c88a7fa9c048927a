import { python } from '@spectrawl/testing';
import { describe, expect, it } from 'vitest';
import { addGaussian, dopplerShifted, GRID_COUNT, HALPHA, velocityToWidth } from './fine-grid.ts';
import { featurelessLight } from './model-light.ts';
import { RandomStream } from './random.ts';
import { prominentPeaks, shapeOfProfile, trueShape } from './truth.ts';
import type { Visibility } from './truth.ts';

const lamost: Visibility = { fwhm: HALPHA / 1800, relativeNoise: 1 / 50, visibleDip: 0.08 };
const ondrejov: Visibility = { fwhm: HALPHA / 13_000, relativeNoise: 1 / 140, visibleDip: 0.15 };

type Line = readonly [velocity: number, sigma: number, height: number];

/** Continuum of 1 with Gaussian lines around Hα: velocity and sigma in km/s. */
function profileWith(...lines: readonly Line[]): Float64Array {
  const profile = new Float64Array(GRID_COUNT).fill(1);
  for (const [velocity, sigma, height] of lines) {
    addGaussian(profile, dopplerShifted(HALPHA, velocity), velocityToWidth(sigma, HALPHA), height);
  }
  return profile;
}

describe('the shape of Hα', () => {
  it.each<[string, readonly Line[], string]>([
    ['nothing', [], 'absorption'],
    ['an absorption line', [[0, 150, -0.5]], 'absorption'],
    ['an emission line', [[0, 100, 2]], 'single-peak'],
    [
      'two peaks far apart',
      [
        [-250, 80, 1],
        [250, 80, 1],
      ],
      'double-peak',
    ],
    [
      'three peaks',
      [
        [-400, 60, 1],
        [0, 60, 1],
        [400, 60, 1],
      ],
      'double-peak',
    ],
    [
      'emission in the core of broad absorption',
      [
        [0, 400, -0.6],
        [0, 80, 0.4],
      ],
      'single-peak',
    ],
    [
      'emission with a shell core',
      [
        [0, 250, 2],
        [0, 60, -1.8],
      ],
      'double-peak',
    ],
    [
      'emission with a dip too shallow to be seen',
      [
        [0, 250, 2],
        [0, 90, -0.5],
      ],
      'single-peak',
    ],
    [
      'two peaks that the resolution merges',
      [
        [-60, 20, 1],
        [60, 20, 1],
      ],
      'single-peak',
    ],
    ['a line too faint to be seen', [[0, 120, 0.02]], 'absorption'],
    ['a line far from Hα', [[2000, 100, 2]], 'absorption'],
  ])('with %s', (_, lines, shape) => {
    expect(shapeOfProfile(profileWith(...lines), lamost)).toBe(shape);
  });

  it('is what the resolution leaves to be seen', () => {
    const profile = profileWith([-60, 20, 1], [60, 20, 1]);
    expect(shapeOfProfile(profile, lamost)).toBe('single-peak');
    expect(shapeOfProfile(profile, ondrejov)).toBe('double-peak');
  });

  it('is what the noise leaves to be seen', () => {
    const profile = profileWith([0, 120, 0.25]);
    expect(shapeOfProfile(profile, { ...lamost, relativeNoise: 1 / 60 })).toBe('single-peak');
    expect(shapeOfProfile(profile, { ...lamost, relativeNoise: 1 / 5 })).toBe('absorption');
  });

  it('is of Hα alone: other lines do not count', () => {
    const light = featurelessLight(new RandomStream([1]), { slopeMean: 0, slopeScatter: 0.1, curvatureScatter: 0.1 });
    addGaussian(light.otherLines, HALPHA, 2, 5);
    expect(trueShape(light, lamost)).toBe('absorption');
    addGaussian(light.halphaEmission, HALPHA, 2, 5);
    light.hasHalpha = true;
    expect(trueShape(light, lamost)).toBe('single-peak');
  });
});

describe('prominent peaks', () => {
  it("are scipy's", async () => {
    const stream = new RandomStream([5]);
    // Few levels, so that there are plateaus and ties.
    for (const levels of [4, 1000]) {
      const values = Array.from({ length: 400 }, () => stream.integer(levels) / levels);
      const question = JSON.stringify({ peaks: { values, prominence: 0.3 } });
      const answer = await python(new URL('simulator.judge.py', import.meta.url), [], question);
      const { peaks } = JSON.parse(answer) as { peaks: [number, number][] };
      expect(peaks.length).toBeGreaterThan(30);
      const found = prominentPeaks(Float64Array.from(values), 0.3);
      expect(found.map(({ index }) => index)).toEqual(peaks.map(([index]) => index));
      found.forEach(({ prominence }, i) => expect(prominence).toBeCloseTo(peaks[i]![1], 12));
    }
  });
});
