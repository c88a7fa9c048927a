/** How far some counted work was at a moment. */
export interface Observation {
  /** Milliseconds since the epoch, of one clock. */
  time: number;
  done: number;
}

/** How fast it goes. */
export interface Pace {
  /** Units a second. */
  rate: number;
  /** Seconds until all is done at this rate. */
  secondsLeft: number;
}

/** The rate is that of the last so many seconds: it follows workers that come and go. */
const WINDOW_SECONDS = 60;

/** Keeps what the window needs: the newest observation before it, all within it, and the one that is added. */
export function observe(observations: readonly Observation[], added: Observation): Observation[] {
  const last = observations.at(-1);
  // The count of a work that began anew is not the count of the work before.
  if (last && added.done < last.done) return [added];
  const begin = added.time - WINDOW_SECONDS * 1000;
  const before = observations.findLastIndex(({ time }) => time <= begin);
  return [...observations.slice(Math.max(before, 0)), added];
}

/** The pace of counted work; undefined until something was done while it was looked at. @param total units in all */
export function paceOf(observations: readonly Observation[], total: number): Pace | undefined {
  const first = observations[0];
  const last = observations.at(-1);
  if (!first || !last || last.done <= first.done || last.time <= first.time) return undefined;
  const rate = ((last.done - first.done) * 1000) / (last.time - first.time);
  return { rate, secondsLeft: Math.max(0, total - last.done) / rate };
}
