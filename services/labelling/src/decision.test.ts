import { create } from '@bufbuild/protobuf';
import { Decision_Abstention, DecisionSchema } from '@spectrawl/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf, isAnswered, NO_ANSWER, recount, requireKnownClass, type Answer } from './decision.ts';

const CLASSES = ['absorption', 'single-peak', 'double-peak'];

const anyAnswer: fc.Arbitrary<Answer> = fc.constantFrom(
  NO_ANSWER,
  { class: 'absorption', abstention: null },
  { class: 'double-peak', abstention: null },
  { class: null, abstention: 'unsure' },
  { class: null, abstention: 'skip' },
);

describe('a decision', () => {
  it('is a class', () => {
    const decision = create(DecisionSchema, { answer: { case: 'class', value: 'double-peak' } });
    expect(answerOf(decision)).toEqual({ class: 'double-peak', abstention: null });
  });

  it.each([
    [Decision_Abstention.UNSURE, 'unsure'],
    [Decision_Abstention.SKIP, 'skip'],
  ])('is the abstention %s, %s', (value, abstention) => {
    expect(answerOf(create(DecisionSchema, { answer: { case: 'abstention', value } }))).toEqual({
      class: null,
      abstention,
    });
  });

  it.each([
    ['absent', undefined],
    ['empty', create(DecisionSchema, {})],
    [
      'of no abstention',
      create(DecisionSchema, { answer: { case: 'abstention', value: Decision_Abstention.UNSPECIFIED } }),
    ],
    ['of the empty class', create(DecisionSchema, { answer: { case: 'class', value: '' } })],
  ])('that is %s is refused', (_, decision) => {
    expect(() => answerOf(decision)).toThrow(expect.objectContaining({ reason: 'BAD_REQUEST' }));
  });

  it('of a class that the task does not offer is refused, naming those that it does', () => {
    expect(() => requireKnownClass({ class: 'galaxy', abstention: null }, CLASSES, 'demo.1.ab')).toThrow(
      /"galaxy".*demo\.1\.ab.*absorption, single-peak, double-peak/,
    );
    expect(() => requireKnownClass({ class: null, abstention: 'skip' }, CLASSES, 'demo.1.ab')).not.toThrow();
  });
});

describe('the counts of a batch', () => {
  it('are those of its tasks, whatever was answered, corrected and taken back', () => {
    const changes = fc.array(fc.tuple(fc.nat(4), anyAnswer));
    fc.assert(
      fc.property(changes, (steps) => {
        const answers = Array.from({ length: 5 }, () => NO_ANSWER);
        let counts = { answered: 0, unsure: 0, skipped: 0 };
        for (const [task, answer] of steps) {
          counts = recount(counts, answers[task]!, answer);
          answers[task] = answer;
        }
        expect(counts).toEqual({
          answered: answers.filter(isAnswered).length,
          unsure: answers.filter(({ abstention }) => abstention === 'unsure').length,
          skipped: answers.filter(({ abstention }) => abstention === 'skip').length,
        });
      }),
    );
  });
});
