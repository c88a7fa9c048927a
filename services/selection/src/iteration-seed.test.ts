import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { iterationSeed } from './iteration-seed.ts';

it('is the first 64 bits of the hash of campaign seed and iteration', () => {
  const hex = createHash('sha256').update('2020/3').digest('hex').slice(0, 16);
  expect(iterationSeed('2020', 3)).toBe(BigInt(`0x${hex}`));
});

it('is another one for every campaign seed and iteration, and fits in 64 bits', () => {
  const place = fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), fc.nat({ max: 1000 }));
  fc.assert(
    fc.property(place, place, ([seed, iteration], [otherSeed, otherIteration]) => {
      const [one, other] = [iterationSeed(`${seed}`, iteration), iterationSeed(`${otherSeed}`, otherIteration)];
      expect(one === other).toBe(seed === otherSeed && iteration === otherIteration);
      expect(BigInt.asUintN(64, one)).toBe(one);
    }),
  );
});
