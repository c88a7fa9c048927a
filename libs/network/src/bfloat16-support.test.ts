import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasBfloat16, supportsBfloat16 } from './bfloat16-support.ts';

test.each([
  ['avx512f avx512_bf16 avx512_vnni', true],
  ['amx_bf16 amx_tile', true],
  ['avx512f avx512_vnni avx2', false],
  ['', false],
])('a processor with the flags "%s"', (flags, expected) => {
  expect(hasBfloat16(`processor\t: 0\nflags\t\t: fpu sse2 ${flags}\nbugs\t\t: none\n`)).toBe(expected);
});

test('this machine’s processor is looked at', () => {
  expect(supportsBfloat16()).toBe(/avx512_bf16|amx_bf16/.test(readFileSync('/proc/cpuinfo', 'utf8')));
});
