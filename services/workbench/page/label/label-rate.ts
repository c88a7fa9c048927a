/** Milliseconds that the rate looks back. */
const LOOK_BACK = 300_000;
const MINUTE = 60_000;

/**
 * Answers a minute of late.
 * @param times when answers were given, milliseconds, ascending
 * @returns undefined while there are fewer than two
 */
export function labelsPerMinute(times: readonly number[], now: number): number | undefined {
  const late = times.filter((time) => time >= now - LOOK_BACK);
  const [first] = late;
  if (first === undefined || late.length < 2) return undefined;
  const span = now - first;
  // The first answer begins the span and is not done within it.
  return span <= 0 ? undefined : ((late.length - 1) * MINUTE) / span;
}
