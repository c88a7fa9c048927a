import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ANSWER } from './decision.ts';
import { inAskingOrder, isHeldByAnother, leaseEnd, stateOf, taskIdOf } from './task.ts';

const NOON = new Date('2026-11-22T12:00:00Z');

describe('a task', () => {
  const open = { ...NO_ANSWER, annotator: null, lease_expire_time: null };
  const leased = { ...NO_ANSWER, annotator: 'petr', lease_expire_time: leaseEnd(NOON, 900) };
  const answered = { class: 'absorption', abstention: null, annotator: 'petr', lease_expire_time: null };
  const skipped = { class: null, abstention: 'skip' as const, annotator: 'petr', lease_expire_time: null };

  it('is open, leased or answered', () => {
    expect([open, leased, answered, skipped].map((task) => stateOf(task, NOON))).toEqual([
      'open',
      'leased',
      'answered',
      'answered',
    ]);
  });

  it('is open again at the moment when its lease ends', () => {
    expect(stateOf(leased, new Date(NOON.getTime() + 899_999))).toBe('leased');
    expect(stateOf(leased, new Date(NOON.getTime() + 900_000))).toBe('open');
  });

  it('is held against others only while its lease lasts', () => {
    expect(isHeldByAnother(leased, 'jana', NOON)).toBe(true);
    expect(isHeldByAnother(leased, 'petr', NOON)).toBe(false);
    expect(isHeldByAnother(leased, 'jana', leaseEnd(NOON, 900))).toBe(false);
    expect(isHeldByAnother(open, 'jana', NOON)).toBe(false);
    expect(isHeldByAnother(answered, 'jana', NOON)).toBe(false);
  });

  it('has an id that tells its campaign and iteration and differs by spectrum', () => {
    expect(taskIdOf('demo', 3, 'spec-1')).toMatch(/^demo\.3\.[0-9a-f]{16}$/);
    expect(taskIdOf('demo', 3, 'spec-1')).toBe(taskIdOf('demo', 3, 'spec-1'));
    const ids = [taskIdOf('demo', 3, 'spec-1'), taskIdOf('demo', 3, 'spec-2'), taskIdOf('demo', 31, 'spec-1')];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('the order of asking', () => {
  const ids = fc.uniqueArray(fc.string({ maxLength: 8 }), { maxLength: 50 });
  const rowsOf = (names: string[]) => names.map((id) => ({ id }));

  it('asks every row once, in an order that does not depend on theirs', () => {
    fc.assert(
      fc.property(ids, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (names, seed) => {
        const order = inAskingOrder(rowsOf(names), seed);
        expect(order.map(({ id }) => id).toSorted()).toEqual(names.toSorted());
        expect(inAskingOrder(rowsOf(names.toReversed()), seed)).toEqual(order);
      }),
    );
  });

  it('is another one with another seed', () => {
    const rows = rowsOf(Array.from({ length: 20 }, (_, i) => `spec-${i}`));
    expect(inAskingOrder(rows, 1n)).not.toEqual(inAskingOrder(rows, 2n));
  });

  it('puts audits at every place alike', () => {
    // 200 shuffles of 10 queries and 10 audits: the mean place of an audit is 10.5; its standard error here is 0.14.
    const rows = Array.from({ length: 20 }, (_, i) => ({ id: `spec-${i}`, audit: i >= 10 }));
    const places = Array.from({ length: 200 }, (_, seed) => inAskingOrder(rows, BigInt(seed))).flatMap((order) =>
      order.flatMap(({ audit }, at) => (audit ? [at + 1] : [])),
    );
    const mean = places.reduce((sum, place) => sum + place, 0) / places.length;
    expect(Math.abs(mean - 10.5)).toBeLessThan(0.6);
  });
});
