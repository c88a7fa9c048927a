/** What a key does while a disagreement is shown. */
export type SettleAction = { do: 'class'; index: number } | { do: 'unsure' | 'comment' | 'next' | 'previous' };

const ACTIONS: Readonly<Record<string, SettleAction>> = {
  u: { do: 'unsure' },
  c: { do: 'comment' },
  ArrowRight: { do: 'next' },
  ArrowDown: { do: 'next' },
  ArrowLeft: { do: 'previous' },
  ArrowUp: { do: 'previous' },
};

/** What a key, as KeyboardEvent.key names it, means; undefined where it means nothing. */
export function settleActionOf(key: string): SettleAction | undefined {
  if (/^[1-9]$/.test(key)) return { do: 'class', index: Number(key) - 1 };
  const name = key.length === 1 ? key.toLowerCase() : key;
  return Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
}
