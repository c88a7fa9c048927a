import { useEffect } from 'react';
import type { Shown } from './use-plot-display.ts';

const SWITCH_KEYS: Readonly<Record<string, Shown>> = {
  l: 'lines',
  t: 'telluric',
  n: 'features',
  e: 'errors',
  f: 'full',
};

/** Lets keys switch what is drawn, in views whose keys mean nothing else. */
export function usePlotKeys(toggle: (what: Shown) => void, smoothen: (by: 1 | -1) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const what = SWITCH_KEYS[event.key.toLowerCase()];
      if (what) toggle(what);
      else if (event.key === '+' || event.key === '=') smoothen(1);
      else if (event.key === '-') smoothen(-1);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [toggle, smoothen]);
}

/** Whether keys go into a field just now. */
export function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]')
  );
}
