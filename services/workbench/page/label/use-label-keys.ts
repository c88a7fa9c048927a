import { useEffect, useEffectEvent } from 'react';
import { isWriting } from '../plot/use-plot-keys.ts';
import { actionOf, type LabelAction } from './label-key.ts';

/** Lets the keyboard label. Keys that go into a field, to a button that has the focus, or to the browser, are left alone. */
export function useLabelKeys(act: (action: LabelAction) => void): void {
  const latest = useEffectEvent(act);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.matches('a, button')) return;
      if (event.target instanceof HTMLElement && event.target.closest('dialog') && event.key !== '?') return;
      const action = actionOf(event.key);
      if (!action) return;
      event.preventDefault();
      // A key that is held down must not label what nobody has looked at.
      if (event.repeat && action.do !== 'back' && action.do !== 'forward') return;
      latest(action);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
