import { describe, expect, it } from 'vitest';
import { settleActionOf } from './settle-key.ts';

describe('a key', () => {
  it.each([
    ['1', { do: 'class', index: 0 }],
    ['9', { do: 'class', index: 8 }],
    ['U', { do: 'unsure' }],
    ['c', { do: 'comment' }],
    ['ArrowDown', { do: 'next' }],
    ['ArrowLeft', { do: 'previous' }],
    ['0', undefined],
    ['s', undefined],
    ['toString', undefined],
  ])('%s means %o', (key, action) => {
    expect(settleActionOf(key)).toEqual(action);
  });
});
