import { Purpose, type BatchProgress, type LabellingTask, type Spectrum } from '@spectrawl/contracts';

/** What an annotator sees: everything that the drawing needs to know. */
export interface LabelView {
  campaignId: string;
  annotator: string;
  /** The question; absent while none waits. */
  task: LabellingTask | undefined;
  /** Whether the task was answered before, in a batch that is closed: the next answer corrects it. */
  isCorrection: boolean;
  /** Its spectrum; absent until it is loaded. */
  spectrum: Spectrum | undefined;
  /** Why the spectrum can't be shown; empty if it can. */
  spectrumProblem: string;
  progress: BatchProgress | undefined;
  /** What goes with the next answer. */
  comment: string;
  /** Whether a comment is being written. */
  isWriting: boolean;
  /** What happened last, or what is waited for. */
  message: string;
  /** Whether the services do not answer: the last step is tried again. */
  isOffline: boolean;
  display: { lines: boolean; full: boolean; help: boolean; smoothing: number };
}

/** Whether the task has to be judged without the network's answer. */
export function isBlind({ probabilities }: LabellingTask): boolean {
  return probabilities.length === 0;
}

/** Whether the batch's progress counts the task: not where its question is put a second time. */
export function countsInBatch({ purpose }: LabellingTask): boolean {
  return purpose !== Purpose.OVERLAP && purpose !== Purpose.REPEAT;
}

/** The most probable class of a task that is not blind. */
export function networkAnswer({ probabilities }: LabellingTask): number {
  return probabilities.indexOf(Math.max(...probabilities));
}

/** Why a task is asked. */
export function purposeText({ purpose, reason }: LabellingTask): string {
  if (purpose === Purpose.CHOICE) return reason;
  // Audits, and questions that are put again, look alike: nobody is to answer the ones with more care than the others.
  if (purpose !== Purpose.QUERY) return "asked blind, to measure how good answers are; the network's answer is hidden";
  return reason === '' ? 'asked because its answer teaches' : `asked because: ${reason}`;
}
