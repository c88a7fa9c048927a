import { expect, it } from 'vitest';
import { actionOf, KEY_HELP } from './label-key.ts';

it('digits name classes, letters work with and without the shift key', () => {
  expect(actionOf('3')).toEqual({ do: 'class', index: 2 });
  expect(actionOf('0')).toBeUndefined();
  expect(actionOf('S')).toEqual(actionOf('s'));
  expect(actionOf('Shift')).toBeUndefined();
  expect(actionOf('toString')).toBeUndefined();
});

it('every key of the overlay does something', () => {
  const words: Record<string, string> = { '←': 'ArrowLeft', '→': 'ArrowRight' };
  const keys = KEY_HELP.flatMap(({ keys: rows }) => rows.flatMap(([names]) => names.split(' ')));
  const idle = keys.filter((key) => actionOf(words[key] ?? key) === undefined);
  expect(idle).toEqual(['…', 'drag']);
});
