/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

const encoder = new TextEncoder();

/** The partition of a key, 0 to `partitions` − 1: always the same one, so that events of one key stay in order. */
export function partitionOf(key: string, partitions: number): number {
  let hash = FNV_OFFSET_BASIS;
  for (const byte of encoder.encode(key)) hash = Math.imul(hash ^ byte, FNV_PRIME);
  // The low bits of FNV-1a of short keys are poorly mixed; fold the high ones in.
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions;
}
