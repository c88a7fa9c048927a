import type { Key } from '../terminal/keys.ts';

/** What a key does while a spectrum is shown. */
export type LabelAction =
  Judgement | { do: 'undo' | 'quit' } | { do: 'lines' | 'full' | 'help' } | { do: 'smooth'; by: 1 | -1 };

const ACTIONS: Readonly<Record<Key, LabelAction>> = {
  enter: { do: 'accept' },
  s: { do: 'skip' },
  u: { do: 'unsure' },
  z: { do: 'undo' },
  backspace: { do: 'undo' },
  c: { do: 'comment' },
  l: { do: 'lines' },
  f: { do: 'full' },
  '+': { do: 'smooth', by: 1 },
  '=': { do: 'smooth', by: 1 },
  '-': { do: 'smooth', by: -1 },
  '?': { do: 'help' },
  q: { do: 'quit' },
  'ctrl-c': { do: 'quit' },
};

/** What a key means; undefined where it means nothing. */
export function actionOf(key: Key): LabelAction | undefined {
  if (/^[1-9]$/.test(key)) return { do: 'class', index: Number(key) - 1 };
  return Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
}

/** Every key and what it does. */
export const KEY_HELP: readonly (readonly [keys: string, meaning: string])[] = [
  ['1 2 3 …', 'the spectrum is of this class'],
  ['Enter', "accept the network's answer (not on audits, which are blind)"],
  ['u', "unsure: I looked, and can't tell"],
  ['s', "skip: I don't want to judge this one"],
  ['z Backspace', 'undo my last answer'],
  ['c', 'write a comment; it is stored with the answer'],
  ['l', 'lines: show or hide the markers'],
  ['f', 'full: show or hide the whole spectrum'],
  ['+ −', 'smooth more or less'],
  ['?', 'show or hide these keys'],
  ['q', 'quit; what is not answered goes back to the queue'],
];

/** What needs a spectrum to be judged. */
export type Judgement = { do: 'class'; index: number } | { do: 'accept' | 'skip' | 'unsure' | 'comment' };
