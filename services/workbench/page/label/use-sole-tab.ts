import { useCallback, useEffect, useState } from 'react';

/**
 * Makes sure that one tab of a browser does something at a time: two tabs of one annotator would hold the same tasks.
 * @returns whether it is this tab; undefined until that is known; and how to take over
 */
export function useSoleTab(name: string): { isSole: boolean | undefined; takeOver: () => void } {
  // Browsers know locks on loopback and behind TLS, where the workbench is meant to be.
  const [isSole, setIsSole] = useState<boolean | undefined>('locks' in navigator ? undefined : true);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!('locks' in navigator)) return;
    let isOver = false;
    const done = Promise.withResolvers<void>();
    const hold = (lock: Lock | null): Promise<void> => {
      if (!isOver) setIsSole(lock !== null);
      return lock ? done.promise : Promise.resolve();
    };
    const options = attempt === 0 ? { ifAvailable: true } : { steal: true };
    navigator.locks.request(name, options, hold).catch(() => {
      if (!isOver) setIsSole(false);
    });
    return () => {
      isOver = true;
      done.resolve();
      setIsSole(undefined);
    };
  }, [name, attempt]);
  const takeOver = useCallback(() => setAttempt((before) => before + 1), []);
  return { isSole, takeOver };
}
