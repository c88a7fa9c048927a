/** What a key does while a spectrum is shown. */
export type LabelAction =
  | { do: 'class'; index: number }
  | { do: 'accept' | 'skip' | 'unsure' | 'comment' | 'undo' | 'back' | 'forward' }
  | { do: 'toggle'; what: 'lines' | 'telluric' | 'features' | 'errors' | 'full' | 'keys' }
  | { do: 'smooth'; by: 1 | -1 };

const ACTIONS: Readonly<Record<string, LabelAction>> = {
  Enter: { do: 'accept' },
  s: { do: 'skip' },
  u: { do: 'unsure' },
  c: { do: 'comment' },
  z: { do: 'undo' },
  Backspace: { do: 'undo' },
  ArrowLeft: { do: 'back' },
  ArrowRight: { do: 'forward' },
  '+': { do: 'smooth', by: 1 },
  '=': { do: 'smooth', by: 1 },
  '-': { do: 'smooth', by: -1 },
  '−': { do: 'smooth', by: -1 },
  l: { do: 'toggle', what: 'lines' },
  t: { do: 'toggle', what: 'telluric' },
  n: { do: 'toggle', what: 'features' },
  e: { do: 'toggle', what: 'errors' },
  f: { do: 'toggle', what: 'full' },
  '?': { do: 'toggle', what: 'keys' },
};

/** What a key, as KeyboardEvent.key names it, means; undefined where it means nothing. */
export function actionOf(key: string): LabelAction | undefined {
  if (/^[1-9]$/.test(key)) return { do: 'class', index: Number(key) - 1 };
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}

/** Every key and what it does, by what it is for. */
export const KEY_HELP: readonly { title: string; keys: readonly (readonly [keys: string, meaning: string])[] }[] = [
  {
    title: 'Answer, and go on',
    keys: [
      ['1 2 3 …', 'the spectrum is of this class'],
      ['Enter', 'what the network says is right (not where its answer is hidden)'],
      ['u', 'unsure: I looked, and can’t tell; counts as wrong in the certified error'],
      ['s', 'skip: I don’t want to judge this one'],
      ['c', 'write a comment, stored with the answer; Enter ends it, Esc drops it'],
    ],
  },
  {
    title: 'Go back',
    keys: [
      ['z Backspace', 'take back my last answer'],
      ['← →', 'walk through what I answered; another answer corrects the first'],
    ],
  },
  {
    title: 'Look',
    keys: [
      ['l', 'lines'],
      ['t', 'bands of the atmosphere (⊕)'],
      ['n', 'what the network sees: 140 values'],
      ['e', 'errors (±1σ)'],
      ['f', 'full spectrum'],
      ['+ −', 'smooth more or less'],
      ['drag', 'zoom; a double click shows all again'],
      ['?', 'these keys; Esc closes them'],
    ],
  },
];
