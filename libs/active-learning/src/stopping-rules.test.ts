import { describe, expect, it } from 'vitest';
import { estimatePerformance } from './performance-estimate.ts';
import type { AuditAnswer, PerformanceEstimate } from './performance-estimate.ts';
import { anyOf, errorCertified, iterationLimit, labelLimit, notBefore } from './stopping-rules.ts';

const audited = (right: number, wrong = 0): PerformanceEstimate =>
  estimatePerformance(
    Array.from({ length: right + wrong }, (_, at): AuditAnswer => ({ predicted: 1, answer: at < right ? 1 : 0 })),
    { classCount: 3, target: { maxError: 0.065, confidence: 0.95 } },
  );
const campaign = (iterations: number, labels: number, estimate: PerformanceEstimate | null = null) => ({
  iterations,
  labels,
  estimate,
});

describe('stopping rules', () => {
  it('stop at a certified error, and say what is certified', () => {
    expect(errorCertified(campaign(3, 300, audited(45)))).toEqual({
      stop: true,
      why: 'The target of 6.5 % is certified: at 95 % confidence the error is at most 6.44 % (45 audited).',
      progress: 1,
    });
    expect(errorCertified(campaign(3, 300, audited(30)))).toEqual({
      stop: false,
      why: 'The target of 6.5 % is not certified: at 95 % confidence the error is at most 9.5 % (30 audited).',
      progress: 30 / 45,
    });
  });

  it.each([null, audited(0)])('go on before the first audit', (estimate) => {
    expect(errorCertified(campaign(1, 100, estimate))).toMatchObject({ stop: false, progress: 0 });
  });

  it('stop at the limits of iterations and labels', () => {
    expect(iterationLimit(17)(campaign(16, 0))).toMatchObject({ stop: false, progress: 16 / 17 });
    expect(iterationLimit(17)(campaign(17, 0))).toMatchObject({ stop: true, progress: 1 });
    expect(iterationLimit(0)(campaign(0, 0))).toMatchObject({ stop: true, progress: 1 });
    expect(labelLimit(500)(campaign(4, 499))).toMatchObject({ stop: false });
    expect(labelLimit(500)(campaign(4, 530))).toEqual({
      stop: true,
      why: '530 of at most 500 labels are spent.',
      progress: 1,
    });
    expect(() => labelLimit(-1)).toThrow('maxLabels');
  });

  it('combine: the first that stops says why, else the farthest on', () => {
    const rule = anyOf([errorCertified, iterationLimit(10), labelLimit(1000)]);
    expect(rule(campaign(10, 2000, audited(10)))).toMatchObject({
      stop: true,
      why: expect.stringContaining('iterations'),
    });
    expect(rule(campaign(1, 800, audited(10)))).toMatchObject({ stop: false, progress: 0.8 });
    expect(anyOf([])(campaign(1, 1))).toMatchObject({ stop: false, progress: 0 });
  });
});

it('a rule that may not stop yet says why the loop goes on', () => {
  const rule = notBefore(3, labelLimit(10));
  expect(rule({ iterations: 2, labels: 10, estimate: null })).toEqual({
    stop: false,
    why: '10 of at most 10 labels are spent. The loop goes on to 3 iterations, to find what it still misses.',
    progress: 2 / 3,
  });
  expect(rule({ iterations: 3, labels: 10, estimate: null }).stop).toBe(true);
  expect(rule({ iterations: 3, labels: 9, estimate: null }).stop).toBe(false);
});
