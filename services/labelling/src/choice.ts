import type { Batch } from './batch.repository.ts';
import { taskIdOf } from './task.ts';
import { NEVER_TAKEN } from './task.repository.ts';

/** Spectra that one request can ask about: a person labels so many in a quarter of an hour. */
export const MOST_SPECTRA = 200;

/**
 * The tasks that ask about spectra which somebody picked out, behind those that the batch has. They are shown without the
 * network's answer, which labelling doesn't know of spectra that were not drawn.
 */
export function tasksOfChoice(
  spectrumIds: readonly string[],
  { campaign_id, iteration, tasks }: Pick<Batch, 'campaign_id' | 'iteration' | 'tasks'>,
  annotator: string,
) {
  return spectrumIds.map((spectrum_id, at) => ({
    task_id: taskIdOf(campaign_id, iteration, spectrum_id),
    campaign_id,
    iteration,
    rank: tasks + at + 1,
    spectrum_id,
    purpose: 'choice' as const,
    reason: `picked out by ${annotator}`,
    probabilities: [],
    ...NEVER_TAKEN,
  }));
}
