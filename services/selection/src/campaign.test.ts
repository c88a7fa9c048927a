import { estimatePerformance, type AuditAnswer } from '@spectrawl/active-learning';
import { describe, expect, it } from 'vitest';
import { campaignRow } from '../test/rows.ts';
import { nextStep, requireUnfinished } from './campaign.ts';

const LIMITS = { stopping: { minIterations: 3, maxIterations: 20, maxLabels: 1000, maxError: 0.1 } };

/** An audit of so many, all but `wrong` of them right. */
function audit(answered: number, wrong: number) {
  const answers = Array.from({ length: answered }, (_, at): AuditAnswer => ({
    predicted: 1,
    answer: at < wrong ? 0 : 1,
  }));
  return estimatePerformance(answers, { classCount: 3, target: { maxError: 0.1, confidence: 0.95 } });
}

describe('after an iteration', () => {
  const campaign = campaignRow({}, LIMITS);
  const unfinished = { iterations: 3, labels: 300, estimate: audit(10, 0) };

  it('of the loop that certified nothing, another turn follows', () => {
    expect(nextStep(campaign, 'loop', unfinished)).toEqual({ next: 'loop', reason: '' });
    expect(nextStep(campaign, 'loop', { ...unfinished, estimate: null })).toEqual({ next: 'loop', reason: '' });
  });

  // 29 right of 29: 0.95 confidence that the error is at most 1 - 0.05^(1/29) = 9.8 %.
  it.each([
    ['the error is certified', { ...unfinished, estimate: audit(29, 0) }, /The target of 10 % is certified/],
    ['the iterations are used up', { ...unfinished, iterations: 20 }, /20 of at most 20 iterations/],
    ['the labels are used up', { ...unfinished, labels: 1000 }, /1000 of at most 1000 labels/],
  ])('the final one follows when %s', (_, finished, reason) => {
    expect(nextStep(campaign, 'loop', finished)).toEqual({
      next: 'final',
      reason: expect.stringMatching(reason) as string,
    });
  });

  it('a certified error does not end the loop before its least iterations', () => {
    const early = { ...unfinished, iterations: 2, estimate: audit(29, 0) };
    expect(nextStep(campaign, 'loop', early)).toMatchObject({ next: 'loop' });
  });

  it('28 right of 28 do not certify', () => {
    expect(nextStep(campaign, 'loop', { ...unfinished, estimate: audit(28, 0) })).toMatchObject({ next: 'loop' });
  });

  it('the final one follows when a user asked for it', () => {
    const stopped = campaignRow({ stop_requested: true }, LIMITS);
    expect(nextStep(stopped, 'loop', unfinished)).toEqual({ next: 'final', reason: 'A user stopped the loop.' });
  });

  it('of the final kind comes the catalogue, whatever else holds', () => {
    const stopped = campaignRow({ stop_requested: true }, LIMITS);
    expect(nextStep(campaign, 'final', unfinished)).toEqual({ next: 'catalogue' });
    expect(nextStep(stopped, 'final', { ...unfinished, iterations: 20 })).toEqual({ next: 'catalogue' });
  });
});

describe('a campaign', () => {
  it.each(['created', 'running', 'paused', 'failed'] as const)('that is %s is not over', (state) => {
    expect(() => requireUnfinished(campaignRow({ state }))).not.toThrow();
  });

  it('that is completed is', () => {
    expect(() => requireUnfinished(campaignRow({ state: 'completed' }))).toThrow('"demo" is completed');
  });
});
