import { Purpose, type LabellingTask } from '@spectrawl/contracts';

/** Whether the task has to be judged without what the network, or anybody else, says of it: all but queries; of choices it isn't known. */
export function isBlind({ probabilities }: Pick<LabellingTask, 'probabilities'>): boolean {
  return probabilities.length === 0;
}

/** The network's answer: the index of the most probable class. Of a task that is not blind. */
export function networkAnswer({ probabilities }: Pick<LabellingTask, 'probabilities'>): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Why a task is asked, in words: of choices by whom they were picked out. Audits, overlaps and repeats read alike, so that nobody takes more care over one of them. */
export function purposeText(task: Pick<LabellingTask, 'probabilities' | 'purpose' | 'reason'>): {
  kind: string;
  text: string;
} {
  if (task.purpose === Purpose.CHOICE) return { kind: 'Choice', text: task.reason };
  if (isBlind(task)) return { kind: 'Blind', text: 'It measures the error: the network’s answer is hidden.' };
  return { kind: 'Query', text: task.reason === '' ? 'Its answer teaches the network most.' : task.reason };
}
