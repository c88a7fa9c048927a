import { AskedSpectrum_Outcome } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { MOST_SPECTRA, obstacleText, outcomeText } from './ask-words.ts';

const { ASKED, ALREADY_ASKED, ALREADY_LABELLED } = AskedSpectrum_Outcome;
const all = (...outcomes: AskedSpectrum_Outcome[]) => outcomes.map((outcome) => ({ outcome }));

describe('what came of asking', () => {
  it('is counted', () => {
    expect(outcomeText(all(ASKED, ALREADY_LABELLED, ASKED, ALREADY_ASKED))).toBe(
      '2 asked, 1 already asked, 1 already labelled.',
    );
    expect(outcomeText(all(ASKED, ASKED))).toBe('2 asked.');
  });

  it('is one word for one spectrum', () => {
    expect(outcomeText(all(ASKED))).toBe('Asked.');
    expect(outcomeText(all(ALREADY_LABELLED))).toBe('Already labelled.');
  });
});

describe('an obstacle', () => {
  it('is the want of a batch, then the number of spectra', () => {
    expect(obstacleText(undefined, 1)).toMatch(/^Looking/);
    expect(obstacleText(false, MOST_SPECTRA + 1)).toMatch(/^No batch/);
    expect(obstacleText(true, 0)).toMatch(/^None of them/);
    expect(obstacleText(true, MOST_SPECTRA + 1)).toMatch(/^At most 200/);
    expect(obstacleText(true, MOST_SPECTRA)).toBeUndefined();
  });
});
