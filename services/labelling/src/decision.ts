import { Decision_Abstention, type Decision } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { CLASS_NAME, requireText } from './request-text.ts';
import type { Abstention } from './tables.ts';

/** An answer: a class, or an abstention, or (both null) none yet or none any more. */
export interface Answer {
  class: string | null;
  abstention: Abstention | null;
}

export const NO_ANSWER: Answer = { class: null, abstention: null };

/** How many tasks of a batch have an answer, and how many of these name no class. */
export interface AnswerCounts {
  answered: number;
  unsure: number;
  skipped: number;
}

export function isAnswered(answer: Answer): boolean {
  return answer.class !== null || answer.abstention !== null;
}

/**
 * Reads a decision; whether its class exists is another question, see {@link requireKnownClass}.
 * @throws {ServiceError} BAD_REQUEST
 */
export function answerOf(decision: Decision | undefined): Answer {
  const answer = decision?.answer;
  if (answer?.case === 'class')
    return { class: requireText('decision.class', answer.value, CLASS_NAME), abstention: null };
  if (answer?.case === 'abstention') {
    if (answer.value === Decision_Abstention.UNSURE) return { class: null, abstention: 'unsure' };
    if (answer.value === Decision_Abstention.SKIP) return { class: null, abstention: 'skip' };
  }
  throw new ServiceError(
    'BAD_REQUEST',
    'decision is missing: give a class, or the abstention ABSTENTION_UNSURE or ABSTENTION_SKIP',
  );
}

/** @throws {ServiceError} UNKNOWN_CLASS, naming those that the task offers */
export function requireKnownClass(answer: Answer, classes: readonly string[], taskId: string): void {
  if (answer.class !== null && !classes.includes(answer.class)) {
    throw new ServiceError(
      'UNKNOWN_CLASS',
      `"${answer.class}" is no class of task ${taskId}: choose one of ${classes.join(', ')}`,
    );
  }
}

/** The counts of a batch after one of its tasks has changed its answer. */
export function recount(counts: AnswerCounts, before: Answer, after: Answer): AnswerCounts {
  const change = (holds: (answer: Answer) => boolean): number => Number(holds(after)) - Number(holds(before));
  return {
    answered: counts.answered + change(isAnswered),
    unsure: counts.unsure + change(({ abstention }) => abstention === 'unsure'),
    skipped: counts.skipped + change(({ abstention }) => abstention === 'skip'),
  };
}
