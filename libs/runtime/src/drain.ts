import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';

const log = logger('runtime');

/** How a process comes to its end. */
export interface Drain {
  /** Says that the process is not ready any more. */
  announce(): void;
  /** Takes no new work, and waits for what is under way. */
  finish(): Promise<void>;
  noticeMilliseconds: number;
  limitMilliseconds: number;
}

/** Ends the work of a process. Work that takes too long is left as it is: to others that is a crash, after which it is done again. */
export async function drain({ announce, finish, noticeMilliseconds, limitMilliseconds }: Drain): Promise<void> {
  announce();
  if (noticeMilliseconds > 0) await delay(noticeMilliseconds);
  const done = new AbortController();
  const tooLate = delay(limitMilliseconds, 'too late', { signal: done.signal }).catch(() => undefined);
  const outcome = await Promise.race([finish(), tooLate]).finally(() => done.abort());
  if (outcome === 'too late') {
    log.warn({ seconds: limitMilliseconds / 1000 }, 'work under way took too long to end and is cut: it is done again');
  }
}
