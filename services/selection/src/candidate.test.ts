import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareCandidates, type Candidate } from './candidate.ts';

const aCandidate = fc.record<Candidate>({
  spectrumId: fc.string({ minLength: 1, maxLength: 3 }),
  class: fc.constantFrom('single-peak', 'double-peak'),
  origin: fc.constantFrom('predicted', 'labelled'),
  // Few values, so that ties are common.
  emissionProbability: fc.constantFrom(0, 0.5, 0.75, 1),
  probabilities: fc.constant([]),
  designation: fc.constant(null),
  ra: fc.constant(null),
  dec: fc.constant(null),
  snr: fc.constant(null),
});
const candidates = fc.uniqueArray(aCandidate, { selector: ({ spectrumId }) => spectrumId });

it('the catalogue has one order, whatever order its candidates came in', () => {
  const shuffled = candidates.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );
  fc.assert(
    fc.property(shuffled, ([all, others]) => {
      expect(others.toSorted(compareCandidates)).toEqual(all.toSorted(compareCandidates));
    }),
  );
});

it('has labelled ones first, then by falling probability of emission, ties by id', () => {
  fc.assert(
    fc.property(candidates, (all) => {
      const ranked = all.toSorted(compareCandidates);
      for (const [at, after] of ranked.slice(1).entries()) {
        const before = ranked[at]!;
        const keys = ({ origin, emissionProbability }: Candidate) => [
          origin === 'labelled' ? 0 : 1,
          -emissionProbability,
        ];
        const [[a, b], [c, d]] = [keys(before), keys(after)] as [[number, number], [number, number]];
        expect(a < c || (a === c && (b < d || (b === d && before.spectrumId < after.spectrumId)))).toBe(true);
      }
    }),
  );
});
