import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../test/random-numbers.ts';
import { MOST_LABELS, interval, upperBound } from './confidence.ts';
import { estimatePerformance } from './performance-estimate.ts';
import type { AuditAnswer } from './performance-estimate.ts';

const target = { maxError: 0.065, confidence: 0.95 };
const answers = (predicted: number, counts: Record<string, number>): AuditAnswer[] =>
  Object.entries(counts).flatMap(([answer, count]) =>
    new Array<AuditAnswer>(count).fill({ predicted, answer: answer === 'undecided' ? answer : Number(answer) }),
  );

describe('the performance estimate', () => {
  const audit = [...answers(1, { 0: 2, 1: 95, 2: 3 }), ...answers(2, { 0: 1, 1: 10, 2: 69, undecided: 1 })];
  const estimate = estimatePerformance(audit, { classCount: 3, target });

  it('counts any emission as right under one criterion, only the predicted class under the other', () => {
    expect(estimate.positive.byClass[1]).toMatchObject({ answered: 100, right: 98, wrong: 2, undecided: 0 });
    expect(estimate.exact.byClass[1]).toMatchObject({ answered: 100, right: 95, wrong: 5, undecided: 0 });
    expect(estimate.positive.byClass[2]).toMatchObject({ answered: 81, right: 79, wrong: 1, undecided: 1 });
    expect(estimate.exact.byClass[2]).toMatchObject({ answered: 81, right: 69, wrong: 11, undecided: 1 });
    expect(estimate.positive.overall).toMatchObject({ answered: 181, right: 177, wrong: 3, undecided: 1 });
    expect(estimate.positive.byClass[0]).toBeNull();
  });

  it('counts undecided as wrong in the error and its exact bounds', () => {
    const { overall } = estimate.positive;
    expect(overall.error).toBe(4 / 181);
    expect(overall.upperBound).toBe(upperBound(4, 181, 0.95));
    expect(overall.interval).toEqual(interval(4, 181, 0.95));
  });

  it('certifies by the criterion that the target is meant by', () => {
    expect(estimate.certified).toBe(true);
    expect(estimatePerformance(audit, { classCount: 3, target, criterion: 'exact' }).certified).toBe(false);
  });

  it('says how many more labels a claim needs', () => {
    const of = (counts: Record<string, number>) =>
      estimatePerformance(answers(1, counts), { classCount: 3, target }).positive.overall;
    expect(of({ 1: 30 })).toMatchObject({ certified: false, labelsToCertify: 15, labelsToCertifyAtPresentRate: 15 });
    expect(of({ 1: 45 })).toMatchObject({ certified: true, labelsToCertify: 0, labelsToCertifyAtPresentRate: 0 });
    expect(of({ 1: 49, 0: 1 })).toMatchObject({ certified: false, labelsToCertify: 22 });
    expect(of({ 1: 49, 0: 1 }).labelsToCertifyAtPresentRate).toBeGreaterThan(22);
    expect(of({ 1: 90, 0: 10 }).labelsToCertifyAtPresentRate).toBe(MOST_LABELS);
  });

  it('says nothing of an audit without answers', () => {
    const { overall } = estimatePerformance([], { classCount: 3, target }).positive;
    expect(overall).toMatchObject({ answered: 0, error: null, upperBound: 1, certified: false, labelsToCertify: 45 });
    expect(overall.interval).toEqual({ lower: 0, upper: 1 });
  });

  it('weighs classes that were audited apart by their populations', () => {
    const design = { classCount: 3, target, populations: [4_130_621, 3574, 587] };
    const { overall, byClass } = estimatePerformance(audit, design).exact;
    expect(byClass[1]?.upperBound).toBe(upperBound(5, 100, 0.95, 3574));
    expect(byClass[2]?.upperBound).toBe(upperBound(12, 81, 0.95, 587));
    expect(overall.error).toBeCloseTo((3574 * 0.05 + 587 * (12 / 81)) / (3574 + 587), 12);
    expect(overall.upperBound).toBeGreaterThan(overall.error ?? 1);
    expect(overall.interval.lower).toBeLessThan(overall.error ?? 0);
    const single = estimatePerformance(audit.slice(0, 100), { ...design, populations: [0, 3574, 0] }).exact;
    expect(single.overall.upperBound).toBe(upperBound(5, 100, 0.95, 3574));
    const unseen = estimatePerformance(audit.slice(0, 100), design).exact.overall;
    expect(unseen).toMatchObject({ error: null, certified: false });
  });

  it('knows the better, the more of the predicted positives were audited', () => {
    const all = answers(1, { 0: 1, 1: 29 });
    const of = (singles: number) =>
      estimatePerformance(all, { classCount: 3, target, drawnFrom: [1000, singles, 0] }).positive.overall;
    expect(of(30)).toMatchObject({ certified: true, upperBound: 1 / 30, interval: { upper: 1 / 30 } });
    expect(of(40).upperBound).toBe(upperBound(1, 30, 0.95, 40));
    expect(of(40).upperBound).toBeLessThan(of(4000).upperBound);
    expect(() => of(29)).toThrow('population must be an integer of at least 30');
  });

  it('survives JSON', () => {
    const hopeless = estimatePerformance(answers(1, { 0: 50, 1: 50 }), { classCount: 3, target });
    expect(JSON.parse(JSON.stringify(hopeless))).toEqual(hopeless);
  });

  it('covers the weighted error at least as often as it claims', () => {
    const random = randomNumbers(4);
    const [single, double] = [0.03, 0.2];
    const populations = [0, 9000, 1000];
    const truth = 0.9 * single + 0.1 * double;
    let covered = 0;
    for (let run = 0; run < 300; run++) {
      const drawn = Array.from({ length: 100 }, (_, i): AuditAnswer => {
        const predicted = i < 60 ? 1 : 2;
        return { predicted, answer: random() < (predicted === 1 ? single : double) ? 0 : predicted };
      });
      const { overall } = estimatePerformance(drawn, { classCount: 3, target, populations }).positive;
      if (overall.upperBound >= truth) covered++;
    }
    expect(covered / 300).toBeGreaterThanOrEqual(0.95);
  });

  it.each<[string, AuditAnswer]>([
    ['predicted not interesting', { predicted: 0, answer: 0 }],
    ['predicted as no class', { predicted: 3, answer: 0 }],
    ['answered with no class', { predicted: 1, answer: 3 }],
  ])('refuses an answer %s', (_, answer) => {
    expect(() => estimatePerformance([answer], { classCount: 3, target })).toThrow(/Audit answer 0/);
  });

  it('refuses a target outside of 0 to 1, and populations of other classes', () => {
    expect(() => estimatePerformance([], { classCount: 3, target: { maxError: 6.5, confidence: 0.95 } })).toThrow(
      'maxError',
    );
    expect(() => estimatePerformance([], { classCount: 3, target, populations: [1, 2] })).toThrow(
      '2 populations for 3',
    );
  });
});
