import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../test/random-numbers.ts';
import { THRESHOLD_GRID, chooseThreshold } from './catalogue-threshold.ts';
import type { ScoredAuditAnswer } from './catalogue-threshold.ts';
import { MOST_LABELS, labelsNeeded, upperBound } from './confidence.ts';
import { HISTOGRAM_BINS } from './shard-summary.ts';

const target = { maxError: 0.065, confidence: 0.95 };
const flat = new Array<number>(HISTOGRAM_BINS).fill(1000);
const search = { target, histogramByClass: [flat, flat, flat] };

/** Answers spread over p(positive) from 0.5 to 1, wrong where the error function says so. */
function audit(size: number, isWrong: (p: number, at: number) => boolean): ScoredAuditAnswer[] {
  return Array.from({ length: size }, (_, at) => {
    const positiveProbability = 0.5 + (0.5 * at) / size;
    return { positiveProbability, predicted: 1 + (at % 2), answer: isWrong(positiveProbability, at) ? 0 : 1 };
  });
}

describe('the catalogue threshold', () => {
  it('takes all predicted positives when their error is certified', () => {
    const chosen = chooseThreshold(
      audit(400, (_, at) => at % 100 === 0),
      search,
    );
    expect(chosen).toMatchObject({ threshold: 0, certified: true, candidates: 200_000, labelsToCertify: 0 });
    expect(chosen.estimate.upperBound).toBeLessThanOrEqual(0.065);
  });

  it('is the lowest that is certified when the uncertain ones are wrong', () => {
    const chosen = chooseThreshold(
      audit(1000, (p) => p < 0.7),
      search,
    );
    // 30 answers below 0.7 may come along: 640 or so above 0.685, of which 6.5 % less the margin of the bound are wrong.
    expect(chosen.certified).toBe(true);
    expect(chosen.threshold).toBeGreaterThan(0.67);
    expect(chosen.threshold).toBeLessThan(0.7);
    expect(chosen.candidates).toBe(Math.round((1 - chosen.threshold) * 100) * 2000);
    expect(chosen.trials.map(({ threshold }) => threshold)).toEqual(THRESHOLD_GRID.toReversed());
  });

  it('is the most promising one, marked so, when none is certified', () => {
    const chosen = chooseThreshold(
      audit(40, () => false),
      search,
    );
    expect(chosen).toMatchObject({ certified: false, labelsToCertify: labelsNeeded(0.065, 0.95) - 40 });
    const none = chooseThreshold([], search);
    expect(none).toMatchObject({ certified: false, labelsToCertify: MOST_LABELS });
  });

  it('asks of one fixed threshold no more than the bound itself', () => {
    const chosen = chooseThreshold(
      audit(45, () => false),
      { ...search, grid: [0] },
    );
    expect(chosen).toMatchObject({ threshold: 0, certified: true });
    expect(chosen.estimate.upperBound).toBe(upperBound(0, 45, 0.95, 200_000));
  });

  it('starts where enough answers lie above, and ends at the first failure', () => {
    const grid = [0, 0.6, 0.7, 0.8, 0.9, 0.99];
    const isWrong = (p: number): boolean => p >= 0.7 && p < 0.8;
    const { threshold, trials } = chooseThreshold(audit(2000, isWrong), { ...search, grid });
    expect(threshold).toBe(0.8);
    expect(trials.map(({ certified }) => certified)).toEqual([false, true, true, false, false, false]);
    // Of 2000 answers 40 lie above 0.99, too few to certify: the sequence starts below.
    expect(trials.map(({ estimate }) => estimate.answered)).toEqual([40, 400, 800, 1200, 1600, 2000]);
  });

  it('judges audits of each class apart by the classes’ numbers above the threshold', () => {
    const answers = audit(2000, (_, at) => at % 2 === 1 && at % 10 === 1);
    // Every fifth of class 2 is wrong, and none of class 1.
    const rare = new Array<number>(HISTOGRAM_BINS).fill(25);
    const few = chooseThreshold(answers, { ...search, perClass: true, histogramByClass: [flat, flat, rare] });
    expect(few).toMatchObject({ threshold: 0, certified: true, candidates: 102_500 });
    const many = chooseThreshold(answers, { ...search, perClass: true, histogramByClass: [flat, rare, flat] });
    expect(many.certified).toBe(false);
  });

  it('keeps its promise over repeated audits: a wrong certificate is rarer than the risk', () => {
    // p(positive) = 1 − u³/2 for uniform u, wrong with probability 1 − p: the error above the threshold 1 − x/2 is x/8, so
    // every threshold below 0.74 breaks a target of 6.5 %.
    const grid = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);
    const random = randomNumbers(8);
    let broken = 0;
    let certified = 0;
    const runs = 300;
    for (let run = 0; run < runs; run++) {
      const answers = Array.from({ length: 400 }, (): ScoredAuditAnswer => {
        const positiveProbability = 1 - 0.5 * random() ** 3;
        return { positiveProbability, predicted: 1, answer: random() < 1 - positiveProbability ? 0 : 1 };
      });
      const chosen = chooseThreshold(answers, { ...search, grid });
      if (chosen.certified) certified++;
      if (chosen.certified && chosen.threshold < 0.74) broken++;
    }
    expect(broken / runs).toBeLessThanOrEqual(0.05);
    expect(certified / runs).toBeGreaterThan(0.9);
  });

  it('is certain of a catalogue that was audited whole', () => {
    const answers = Array.from({ length: 25 }, (_, at): ScoredAuditAnswer => {
      return { positiveProbability: (50.5 + 2 * at) / 100, predicted: 1, answer: at < 3 ? 0 : 1 };
    });
    const bins = Array.from({ length: HISTOGRAM_BINS }, (_, bin) => (bin >= 50 && bin % 2 === 0 ? 1 : 0));
    const whole = chooseThreshold(answers, { target, histogramByClass: [flat, bins, bins.map(() => 0)] });
    // Without the two most doubtful ones, 1 of 23 is wrong.
    expect(whole).toMatchObject({ threshold: 0.53, certified: true, candidates: 23, estimate: { upperBound: 1 / 23 } });
  });

  it('is not spoilt by a few rows at the top that can prove nothing', () => {
    const [few, many] = [new Array<number>(HISTOGRAM_BINS).fill(0), new Array<number>(HISTOGRAM_BINS).fill(0)];
    // Two spectra above 0.99, one of them audited and wrong; a thousand below.
    few[99] = 2;
    many[95] = 1000;
    const answers = Array.from({ length: 200 }, (_, at): ScoredAuditAnswer => {
      return at === 0
        ? { positiveProbability: 0.995, predicted: 1, answer: 0 }
        : { positiveProbability: 0.955, predicted: 2, answer: 2 };
    });
    const chosen = chooseThreshold(answers, { target, histogramByClass: [flat, few, many] });
    expect(chosen).toMatchObject({ threshold: 0, certified: true, candidates: 1002 });
  });

  it('refuses the histogram of another scoring', () => {
    const empty = new Array<number>(HISTOGRAM_BINS).fill(0);
    const other = { ...search, histogramByClass: [flat, empty, empty] };
    expect(() =>
      chooseThreshold(
        audit(4, () => false),
        other,
      ),
    ).toThrow('the histogram counts only 0');
  });

  it.each([[[]], [[0.5, 0.5]], [[1]], [[-0.1]], [[0.123]]])('refuses the grid %j', (grid) => {
    expect(() => chooseThreshold([], { ...search, grid })).toThrow('different multiples of 0.01');
  });
});
