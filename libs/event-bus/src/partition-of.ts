/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** The key of a part of something: `<whole>/<number>`. */
const PART = /^(?<whole>.*)\/(?<number>\d{1,9})$/s;

const encoder = new TextEncoder();

/**
 * The partition of a key, 0 to `partitions` − 1: always the same one, so that events of one key stay in order. Keys
 * `<whole>/<number>` are dealt out: consecutive numbers lie in consecutive partitions, because chance would leave a third of
 * them empty and give one several shards to score after each other.
 */
export function partitionOf(key: string, partitions: number): number {
  const { whole, number } = PART.exec(key)?.groups ?? {};
  return whole === undefined ? hashOf(key) % partitions : ((hashOf(whole) % partitions) + Number(number)) % partitions;
}

function hashOf(key: string): number {
  let hash = FNV_OFFSET_BASIS;
  for (const byte of encoder.encode(key)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  // The low bits of FNV-1a of short keys are poorly mixed; fold the high ones in.
  return (hash ^ (hash >>> 15)) >>> 0;
}
