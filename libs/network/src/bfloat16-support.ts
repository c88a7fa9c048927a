import { readFileSync } from 'node:fs';

/** Processor features with which bfloat16 multiplies faster than float32 (as Linux spells them). */
const FLAGS = /\b(avx512_bf16|amx_bf16)\b/;

/** Whether a processor multiplies bfloat16 natively, by its /proc/cpuinfo. */
export function hasBfloat16(cpuinfo: string): boolean {
  return FLAGS.test(cpuinfo);
}

/** Whether this machine's processor multiplies bfloat16 natively; where it does not, `precision: 'bfloat16'` works, slowly. */
export function supportsBfloat16(): boolean {
  try {
    return hasBfloat16(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    // No Linux: not known to.
    return false;
  }
}
