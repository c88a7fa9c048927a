import { readFileSync } from 'node:fs';
import { python } from '@spectrawl/testing';
import { expect, test } from 'vitest';
import { extractFeatures, loadSpectra } from '../src/index.ts';
import { REAL_SPECTRA } from './real-spectra.ts';

type Golden = Readonly<Record<string, readonly number[]>>;

const golden = JSON.parse(readFileSync(new URL('preprocessing.golden.json', import.meta.url), 'utf8')) as Golden;

/** How far features may be from the reference: it is computed in double precision and rounded to nine digits. */
const TOLERANCE = 1e-6;

test.each(Object.keys(golden))('features of %s are those of astropy and scipy', (path) => {
  const [spectrum] = loadSpectra(readFileSync(REAL_SPECTRA + path), { path });
  const features = extractFeatures(spectrum!);
  expect(features).toHaveLength(140);
  const worst = Math.max(...golden[path]!.map((value, i) => Math.abs(value - features[i]!)));
  expect(worst).toBeLessThan(TOLERANCE);
});

test('the golden numbers are those that the script makes', async () => {
  const made = JSON.parse(await python(new URL('make_preprocessing_golden.py', import.meta.url))) as Golden;
  expect(Object.keys(made)).toEqual(Object.keys(golden));
  for (const [path, values] of Object.entries(made)) {
    values.forEach((value, i) => expect(Math.abs(value - golden[path]![i]!)).toBeLessThanOrEqual(2e-9));
  }
});
