import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURE_GRID } from '../feature-grid.ts';
import { extractFeatures } from '../preprocessing.ts';
import { vacuumWavelength } from '../wavelength.ts';
import type { ObjectKind } from './object-kinds.ts';
import { OBJECT_KINDS } from './object-kinds.ts';
import { skyPopulation } from './populations.ts';
import { designation, SIMULATED_SURVEYS, simulateSpectrum } from './survey.ts';
import type { SimulationRequest } from './survey.ts';

const survey = fc.constantFrom(...SIMULATED_SURVEYS);
const seed = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const index = fc.nat(5_000_000);
const request: fc.Arbitrary<SimulationRequest> = fc.record({ survey, seed, index });

describe('a simulated spectrum', () => {
  it('is a function of survey, seed and index, whatever was made before', () => {
    fc.assert(
      fc.property(request, request, (wanted, other) => {
        const first = simulateSpectrum(wanted);
        simulateSpectrum(other);
        expect(simulateSpectrum(wanted)).toEqual(first);
      }),
    );
  });

  it('is the same for a seed as number and as bigint', () => {
    const asNumber = simulateSpectrum({ survey: 'lamost', seed: 2 ** 40 + 3, index: 5 });
    expect(simulateSpectrum({ survey: 'lamost', seed: 2n ** 40n + 3n, index: 5 })).toEqual(asNumber);
  });

  it('differs with survey, seed and index', () => {
    const requests: SimulationRequest[] = SIMULATED_SURVEYS.flatMap((name) =>
      [0, 1, 2n ** 32n].flatMap((s) => [0, 1, 2].map((i) => ({ survey: name, seed: s, index: i }))),
    );
    const spectra = requests.map((each) => simulateSpectrum(each).spectrum);
    expect(new Set(spectra.map(({ id }) => id)).size).toBe(requests.length);
    expect(new Set(spectra.map(({ flux }) => flux.slice(0, 100).join())).size).toBe(requests.length);
    expect(new Set(spectra.map(({ metadata }) => metadata.ra)).size).toBe(requests.length);
  });

  it('gives features, whatever it is', () => {
    fc.assert(
      fc.property(survey, fc.constantFrom(...OBJECT_KINDS), index, (name, kind: ObjectKind, i) => {
        const population = { abundances: { [kind]: 1 } };
        const { spectrum, truth } = simulateSpectrum({ survey: name, seed: 3, index: i, population });
        expect(truth.kind).toBe(kind);
        const features = extractFeatures(spectrum);
        expect(Math.min(...features)).toBe(-1);
        expect(Math.max(...features)).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('covers the feature grid with margin for the blur, in the medium of its survey', () => {
    for (const name of SIMULATED_SURVEYS) {
      const { spectrum } = simulateSpectrum({ survey: name, seed: 1, index: 0 });
      expect(spectrum.medium).toBe(name === 'ondrejov' ? 'air' : 'vacuum');
      const vacuum = vacuumWavelength(spectrum);
      expect(vacuum[0]).toBeLessThan(FEATURE_GRID.from - 10);
      expect(vacuum.at(-1)).toBeGreaterThan(FEATURE_GRID.to);
    }
  });

  it('lies where its telescope can see, with an id that sorts by index', () => {
    const ids: string[] = [];
    for (let i = 0; i < 300; i++) {
      const { id, metadata } = simulateSpectrum({ survey: 'lamost', seed: 9, index: i * 7 }).spectrum;
      ids.push(id);
      expect(metadata.ra).toBeGreaterThanOrEqual(0);
      expect(metadata.ra).toBeLessThan(360);
      expect(metadata.dec).toBeGreaterThanOrEqual(-10);
      expect(metadata.dec).toBeLessThanOrEqual(60);
    }
    expect(ids[18]).toBe('sim-lamost-9-0000126');
    expect(ids.toSorted()).toEqual(ids);
  });

  it('says nothing about its truth', () => {
    const population = { abundances: { 'be-star': 1 } };
    const { spectrum } = simulateSpectrum({ survey: 'lamost', seed: 9, index: 1, population });
    const words = JSON.stringify({ ...spectrum, wavelength: [], flux: [], uncertainty: [], mask: [] });
    expect(words).not.toMatch(/be-star|peak|absorption/);
  });
});

describe('a simulation request', () => {
  const wanted = { survey: 'lamost', seed: 1, index: 0 } as const;
  it.each<[string, () => unknown, string]>([
    ['a negative index', () => simulateSpectrum({ ...wanted, index: -1 }), 'the index must be an unsigned integer'],
    ['a fractional seed', () => simulateSpectrum({ ...wanted, seed: 1.5 }), 'the seed must be an unsigned integer'],
    ['a share above 1', () => skyPopulation(1.2), 'must lie from 0 to 1, got 1.2'],
    [
      'an unknown kind',
      () => simulateSpectrum({ ...wanted, population: { abundances: { pulsar: 1 } as object } }),
      "'pulsar' is no kind of object: choose from o-star",
    ],
    [
      'an empty population',
      () => simulateSpectrum({ ...wanted, population: { abundances: {} } }),
      "a population's abundances must be 0 or more and sum to more than 0",
    ],
    [
      'shapes that the population cannot have',
      () =>
        simulateSpectrum({
          ...wanted,
          population: {
            abundances: { 'a-star': 1 },
            shapes: { absorption: 1, 'single-peak': 1, 'double-peak': 0 },
          },
        }),
      'a population without emission-line objects cannot have emission shapes',
    ],
    [
      'shapes that the population does not show',
      () =>
        simulateSpectrum({
          ...wanted,
          population: {
            abundances: { 'planetary-nebula': 1 },
            shapes: { absorption: 0, 'single-peak': 0, 'double-peak': 1 },
          },
        }),
      "none of 10000 objects of the population shows 'double-peak'",
    ],
  ])('with %s is refused', (_, make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });
});

describe("LAMOST's designation", () => {
  it.each([
    [103.95278, 8.8750586, 'LAMOST J065548.66+085230.2'],
    [0, -0.00001, 'LAMOST J000000.00-000000.0'],
    [359.99999999, 59.99999999, 'LAMOST J235959.99+595959.9'],
  ])('of %d %d is %s', (ra, dec, name) => {
    expect(designation(ra, dec)).toBe(name);
  });
});
