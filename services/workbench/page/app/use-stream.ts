import { useEffect, useState } from 'react';
import { failureOf, type Failure } from './failure.ts';

/** milliseconds before a stream that broke is asked for again: at first, and at most */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** What a stream has brought so far. */
export interface Streamed<T> {
  readonly latest: T | undefined;
  /** Why nothing comes at the moment; it is asked for again by itself. */
  readonly failure: Failure | undefined;
}

/**
 * Follows a stream while the page can be seen, and asks for it again when it ends or breaks: browsers keep few connections to one
 * address, and pages in the background must not hold them.
 * @param open starts the stream; keep it the same from render to render (useCallback): another one is another stream. Undefined: none
 */
export function useStream<T>(open: ((signal: AbortSignal) => AsyncIterable<T>) | undefined): Streamed<T> {
  const [state, setState] = useState<Streamed<T>>({ latest: undefined, failure: undefined });
  useEffect(() => {
    if (!open) return;
    const over = new AbortController();
    void follow(open, over.signal, setState);
    return () => over.abort();
  }, [open]);
  return state;
}

async function follow<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  over: AbortSignal,
  show: (change: (state: Streamed<T>) => Streamed<T>) => void,
): Promise<void> {
  let wait = FIRST_WAIT;
  while (!over.aborted) {
    await seen(over);
    const hidden = new AbortController();
    const hide = (): void => {
      if (document.visibilityState === 'hidden') hidden.abort();
    };
    document.addEventListener('visibilitychange', hide);
    try {
      for await (const latest of open(AbortSignal.any([over, hidden.signal]))) {
        if (over.aborted) return;
        wait = FIRST_WAIT;
        show(() => ({ latest, failure: undefined }));
      }
    } catch (error) {
      if (over.aborted) return;
      if (!hidden.signal.aborted) show(({ latest }) => ({ latest, failure: failureOf(error) }));
    } finally {
      document.removeEventListener('visibilitychange', hide);
    }
    if (hidden.signal.aborted) continue;
    await pause(wait, over);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

/** Waits until the page can be seen. */
function seen(over: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      if (document.visibilityState === 'hidden' && !over.aborted) return;
      document.removeEventListener('visibilitychange', done);
      over.removeEventListener('abort', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    over.addEventListener('abort', done);
  });
}

function pause(milliseconds: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    over.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
