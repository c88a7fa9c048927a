import { Decision_Abstention, type Decision } from '@spectrawl/contracts';

/** An answer in words: a class of the campaign, or one of the two abstentions. */
export type Answer = { class: string } | { abstention: 'unsure' | 'skip' };

/** The answer as the contract has it. */
export function decisionOf(answer: Answer) {
  if ('class' in answer) return { answer: { case: 'class' as const, value: answer.class } };
  const value = answer.abstention === 'skip' ? Decision_Abstention.SKIP : Decision_Abstention.UNSURE;
  return { answer: { case: 'abstention' as const, value } };
}

/** The contract's decision as an answer; undefined where there is none. */
export function answerOf(decision: Decision | undefined): Answer | undefined {
  const answer = decision?.answer;
  if (answer?.case === 'class') return { class: answer.value };
  if (answer?.case !== 'abstention') return undefined;
  return { abstention: answer.value === Decision_Abstention.SKIP ? 'skip' : 'unsure' };
}

/** What an answer is called on the screen. */
export function answerText(answer: Answer): string {
  return 'class' in answer ? answer.class : answer.abstention;
}
