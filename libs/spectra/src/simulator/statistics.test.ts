import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extractFeatures } from '../preprocessing.ts';
import { EMISSION_KINDS } from './object-kinds.ts';
import type { ObjectKind } from './object-kinds.ts';
import { ONDREJOV_POPULATION, skyPopulation } from './populations.ts';
import { simulateSpectrum } from './survey.ts';
import type { SimulatedSurvey } from './survey.ts';
import { LINE_SHAPES } from './truth.ts';

interface KindStatistics {
  readonly spectra: number;
  readonly shapes: readonly number[];
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('statistics.golden.json', import.meta.url), 'utf8')) as {
  every: number;
  surveys: Record<SimulatedSurvey, Partial<Record<ObjectKind, KindStatistics>>>;
};

const SPECTRA = 400;
/** Beyond this many standard errors a difference is no chance: some hundred comparisons are made. */
const SIGNIFICANT = 5;
/** Differences of the models themselves: bands stored every 1 Å, interpolation after or before smoothing. */
const TOLERATED_MEAN = 0.03;
const TOLERATED_SHARE = 0.01;

function statisticsOf(survey: SimulatedSurvey, kind: ObjectKind): KindStatistics {
  const population = { abundances: { [kind]: 1 } };
  const rows: number[][] = [];
  const shapes = LINE_SHAPES.map(() => 0);
  for (let index = 0; index < SPECTRA; index++) {
    const { spectrum, truth } = simulateSpectrum({ survey, seed: 42, index, population });
    rows.push([...extractFeatures(spectrum)].filter((_, i) => i % golden.every === 0));
    shapes[LINE_SHAPES.indexOf(truth.shape)]! += 1 / SPECTRA;
  }
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!));
  const mean = columns.map((column) => column.reduce((a, b) => a + b, 0) / SPECTRA);
  const deviation = columns.map((column, i) =>
    Math.sqrt(column.reduce((sum, value) => sum + (value - mean[i]!) ** 2, 0) / SPECTRA),
  );
  return { spectra: SPECTRA, shapes, mean, deviation };
}

describe.each(['lamost', 'ondrejov'] as const)('the simulated %s survey', (survey) => {
  it.each(Object.entries(golden.surveys[survey]))('shows each %s as the prototype does', (kind, expected) => {
    const found = statisticsOf(survey, kind as ObjectKind);
    const perSpectrum = 1 / expected.spectra + 1 / SPECTRA;
    expected.shapes.forEach((share, i) => {
      // Where none was seen one may be, hence a variance above zero.
      const chance = Math.sqrt(Math.max(share * (1 - share), 1 / SPECTRA) * perSpectrum);
      expect(Math.abs(found.shapes[i]! - share)).toBeLessThan(SIGNIFICANT * chance + TOLERATED_SHARE);
    });
    expected.mean.forEach((mean, i) => {
      const chance = Math.max(expected.deviation[i]!, found.deviation[i]!) * Math.sqrt(perSpectrum);
      expect(Math.abs(found.mean[i]! - mean)).toBeLessThan(SIGNIFICANT * chance + TOLERATED_MEAN);
    });
    const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    expect(total(found.deviation) / total(expected.deviation)).toBeCloseTo(1, 0.5);
  });
});

describe('the natural sky', () => {
  it('shows visible emission in 0.5 to 1 % of its spectra', () => {
    const { abundances } = skyPopulation();
    const visible = EMISSION_KINDS.reduce((sum, kind) => {
      const [absorption] = golden.surveys.lamost[kind]!.shapes;
      return sum + abundances[kind]! * (1 - absorption!);
    }, 0);
    expect(visible).toBeGreaterThan(0.005);
    expect(visible).toBeLessThan(0.01);
    const spectra = 10_000;
    let found = 0;
    for (let index = 0; index < spectra; index++) {
      const { truth } = simulateSpectrum({ survey: 'lamost', seed: 11, index });
      if (truth.shape !== 'absorption') found++;
    }
    const expected = visible * spectra;
    expect(Math.abs(found - expected)).toBeLessThan(SIGNIFICANT * Math.sqrt(expected));
  });

  it('is as rich in emission as asked', () => {
    let emission = 0;
    for (let index = 0; index < 1000; index++) {
      const { truth } = simulateSpectrum({ survey: 'lamost', seed: 1, index, population: skyPopulation(0.4) });
      if (EMISSION_KINDS.includes(truth.kind)) emission++;
    }
    expect(Math.abs(emission - 400)).toBeLessThan(SIGNIFICANT * Math.sqrt(1000 * 0.4 * 0.6));
  });
});

describe('the Ondřejov survey', () => {
  it('has the proportions of shapes of the published labels', () => {
    const counts = LINE_SHAPES.map(() => 0);
    const spectra = 2000;
    for (let index = 0; index < spectra; index++) {
      counts[LINE_SHAPES.indexOf(simulateSpectrum({ survey: 'ondrejov', seed: 2, index }).truth.shape)]!++;
    }
    const published = ONDREJOV_POPULATION.shapes!;
    expect(Object.values(published).reduce((a, b) => a + b, 0)).toBe(12_936);
    LINE_SHAPES.forEach((shape, i) => {
      const share = published[shape] / 12_936;
      expect(Math.abs(counts[i]! - share * spectra)).toBeLessThan(
        SIGNIFICANT * Math.sqrt(spectra * share * (1 - share)),
      );
    });
  });
});
