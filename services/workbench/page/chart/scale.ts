/** Maps values of a quantity to positions on the screen. */
export interface Scale {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  /** Position of a value, in pixels; values outside of the domain lie outside of the range. */
  at(value: number): number;
}

/** Equal steps of the value are equal steps on the screen. An empty domain maps to the middle of the range. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [from, to] = domain;
  const [start, end] = range;
  const extent = to - from;
  return {
    domain,
    range,
    at: (value) => (extent === 0 ? (start + end) / 2 : start + ((value - from) / extent) * (end - start)),
  };
}

/** Equal factors of the value are equal steps on the screen. @param domain positive values */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const linear = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return { domain, range, at: (value) => linear.at(Math.log10(value)) };
}

/** Steps between ticks that a reader can add up in the head. */
const ROUND_STEPS = [1, 2, 5, 10];

/**
 * Round values that divide a domain into about so many parts; the first is at most, the last at least an end of the domain, so that
 * a scale over them has its ends at ticks.
 */
export function roundTicks([from, to]: readonly [number, number], parts = 5): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / parts;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = magnitude * (ROUND_STEPS.find((round) => round * magnitude >= rough) ?? 10);
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Whole numbers of a domain, at most so many of them, evenly spaced by a round step. */
export function wholeTicks([from, to]: readonly [number, number], most = 12): number[] {
  if (to - from + 1 <= most) return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return roundTicks([from, to], most).filter((tick) => Number.isInteger(tick) && tick >= from && tick <= to);
}

/** Ticks of a scale over less than so many decades stand closer than powers of ten. */
const FEW_DECADES = 2;

/** Round values that enclose a domain of positive values: powers of ten, over few decades also twice and five times these. */
export function logTicks([from, to]: readonly [number, number]): number[] {
  const first = Math.floor(Math.log10(from) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(to) - 1e-9));
  const isWide = Math.log10(to / from) >= FEW_DECADES;
  const ticks = Array.from({ length: last - first + 1 }, (_, i) =>
    (isWide ? [1] : [1, 2, 5]).map((round) => round * 10 ** (first + i)),
  )
    .flat()
    .map((tick) => Number(tick.toPrecision(12)));
  const begin = Math.max(
    0,
    ticks.findLastIndex((tick) => tick <= from * (1 + 1e-9)),
  );
  const end = ticks.findIndex((tick) => tick >= to * (1 - 1e-9));
  return ticks.slice(begin, Math.max(end, begin + 1) + 1);
}
