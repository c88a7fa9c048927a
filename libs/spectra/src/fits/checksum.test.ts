import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addSums, encodeChecksum, MINUS_ZERO, onesComplementSum } from './checksum.ts';

/** The definition, word by word. */
function naiveSum(bytes: Uint8Array): number {
  let sum = 0n;
  for (let i = 0; i < bytes.length; i += 4) {
    sum += BigInt(bytes[i]! * 2 ** 24 + bytes[i + 1]! * 2 ** 16 + bytes[i + 2]! * 2 ** 8 + bytes[i + 3]!);
    sum = (sum & 0xffffffffn) + (sum >> 32n);
  }
  return Number(sum);
}

test('sums are those of the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      const words = bytes.subarray(0, bytes.length - (bytes.length % 4));
      expect(onesComplementSum(words)).toBe(naiveSum(words));
    }),
  );
  const ones = new Uint8Array(4 * 10_000_000).fill(255);
  expect(onesComplementSum(ones)).toBe(MINUS_ZERO);
});

test('the encoded sum completes an HDU to minus zero, in letters and digits', () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (sum) => {
      const text = encodeChecksum(sum);
      expect(text).toMatch(/^[0-9A-Za-z]{16}$/);
      // The text begins one byte before a word, behind the quote of its card.
      const card = (value: string) => onesComplementSum(Buffer.from(`xx'${value}'`));
      const withoutText = addSums(sum, ~card('0'.repeat(16)) >>> 0);
      expect(addSums(withoutText, card(text))).toBe(MINUS_ZERO);
    }),
  );
});

test('the example of the standard', () => {
  // FITS standard 4.0, appendix J.2: the sum 868229149 is written as hcHjjc9ghcEghc9g.
  expect(encodeChecksum(868229149)).toBe('hcHjjc9ghcEghc9g');
});
