import type { Statistics } from 'hyparquet';

/**
 * Whether rows with these statistics may hold a value; true where the statistics do not tell. Bounds of strings are the
 * bytes of their UTF-8, possibly cut off and rounded outwards by the writer.
 */
export function mayHold(statistics: Statistics | undefined, value: string | number): boolean {
  // Not the older min and max: writers disagreed on their order.
  const { min_value: min, max_value: max } = statistics ?? {};
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    if (min instanceof Uint8Array && Buffer.compare(bytes, min) < 0) return false;
    return !(max instanceof Uint8Array && Buffer.compare(bytes, max) > 0);
  }
  if ((typeof min === 'number' || typeof min === 'bigint') && value < min) return false;
  return !((typeof max === 'number' || typeof max === 'bigint') && value > max);
}
