import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** What rates depend on, kept with them. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGiB: number;
  system: string;
  node: string;
  /** Whether the processor multiplies bfloat16 numbers itself. */
  bfloat16: boolean;
}

/** Linux's names for the instructions that multiply bfloat16 numbers (AVX-512, AMX, and ARM's). */
const BFLOAT16_FLAGS = /\b(avx512_bf16|amx_bf16|bf16)\b/;

export function describeMachine(): Machine {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    bfloat16: BFLOAT16_FLAGS.test(flags),
  };
}
