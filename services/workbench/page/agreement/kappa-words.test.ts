import { describe, expect, it } from 'vitest';
import { equalShare, intervalText, kappaText, strengthText } from './kappa-words.ts';

const agreement = {
  questions: 200,
  equal: 140,
  kappa: 0.4286,
  kappaLower: 0.3233,
  kappaUpper: 0.5338,
  kappaStandardError: 0.054,
};

describe('kappa in words', () => {
  it('has two decimals, an interval and a name', () => {
    expect(kappaText(agreement)).toBe('0.43');
    expect(intervalText(agreement)).toBe('0.32 – 0.53');
    expect(strengthText(agreement)).toBe('moderate');
    expect(equalShare(agreement)).toBe(0.7);
  });

  it.each([
    [1, 'almost perfect'],
    [0.7, 'substantial'],
    [0.3, 'fair'],
    [0.1, 'slight'],
    [-0.2, 'poor'],
  ])('of %d is called %s', (kappa, name) => {
    expect(strengthText({ kappa, questions: 9 })).toBe(name);
  });

  it('is a dash where chance explains everything, and says why', () => {
    expect(kappaText({})).toBe('–');
    expect(strengthText({ questions: 9 })).toContain('one class only');
    expect(strengthText({ questions: 0 })).toBe('nothing compared yet');
    expect(equalShare({ questions: 0, equal: 0 })).toBeUndefined();
  });

  it('has no interval where all answers are equal or none is, and a proper minus sign', () => {
    expect(intervalText({ ...agreement, kappaStandardError: 0 })).toBe('all equal');
    expect(intervalText({ questions: 3, equal: 3 })).toBe('');
    expect(kappaText({ kappa: -0.25 })).toBe('−0.25');
  });
});
