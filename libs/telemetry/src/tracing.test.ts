import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { currentTraceparent, withSpan, withTraceparent } from './index.ts';

// The example of https://www.w3.org/TR/trace-context/#examples-of-http-traceparent-headers
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the current trace', () => {
  test('is none outside of any span', () => {
    expect(currentTraceparent()).toBeUndefined();
  });

  test('is the one that a request came with, across awaits', async () => {
    await withTraceparent(TRACEPARENT, async () => {
      expect(currentTraceparent()).toBe(TRACEPARENT);
      await setImmediate();
      expect(currentTraceparent()).toBe(TRACEPARENT);
    });
    expect(currentTraceparent()).toBeUndefined();
  });

  test('is kept apart between requests that run at the same time', async () => {
    const other = TRACEPARENT.replace('4bf9', 'ffff');
    const seen = await Promise.all(
      [TRACEPARENT, other].map((traceparent) =>
        withTraceparent(traceparent, async () => {
          await setImmediate();
          return currentTraceparent();
        }),
      ),
    );
    expect(seen).toEqual([TRACEPARENT, other]);
  });

  test.each([
    undefined,
    '',
    'nonsense',
    TRACEPARENT.toUpperCase(),
    TRACEPARENT.replace(/^00/, 'ff'),
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  ])('is none when the header is %j, also inside another trace', async (traceparent) => {
    await withSpan('outer', {}, async () => {
      expect(withTraceparent(traceparent, currentTraceparent)).toBeUndefined();
    });
  });

  test('of a later version of the header is understood', () => {
    const later = `${TRACEPARENT.replace(/^00/, '01')}-more`;
    expect(withTraceparent(later, currentTraceparent)).toBe(TRACEPARENT);
  });
});

describe('a span', () => {
  test('begins a trace where there is none', async () => {
    const first = await withSpan('first', {}, async () => currentTraceparent());
    const second = await withSpan('second', {}, async () => currentTraceparent());
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(second).not.toBe(first);
    expect(currentTraceparent()).toBeUndefined();
  });

  test('stays in the trace that it is inside of', async () => {
    const inner = await withTraceparent(TRACEPARENT, () => withSpan('inner', {}, async () => currentTraceparent()));
    expect(inner?.slice(0, 36)).toBe(TRACEPARENT.slice(0, 36));
  });

  test('passes results and errors on', async () => {
    await expect(withSpan('fine', { rows: 3 }, async () => 'result')).resolves.toBe('result');
    const error = new Error('broken');
    await expect(withSpan('broken', {}, () => Promise.reject(error))).rejects.toBe(error);
  });
});
