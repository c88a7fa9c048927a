import { useEffect, useRef } from 'react';
import { isWriting } from '../plot/use-plot-keys.ts';
import { settleActionOf, type SettleAction } from './settle-key.ts';

/** Lets the keyboard settle. Keys that go into a field or to the browser are left alone. */
export function useSettleKeys(act: (action: SettleAction) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      const action = settleActionOf(event.key);
      if (!action) return;
      event.preventDefault();
      // A key that is held down must not settle what nobody has looked at.
      if (event.repeat && action.do !== 'next' && action.do !== 'previous') return;
      latest.current(action);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
