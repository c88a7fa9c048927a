import { fromJsonString } from '@bufbuild/protobuf';
import { IterationPlanSchema } from '@spectrawl/contracts';
import type { BatchPurpose, readBatch } from '@spectrawl/pool';
import { z } from 'zod';
import { inAskingOrder, taskIdOf } from './task.ts';
import { NEVER_TAKEN, type NewTask } from './task.repository.ts';

/** Of the campaign's method labelling needs to know the classes only. */
const MethodClasses = z.object({ classes: z.array(z.string().min(1)).min(2) });

/** What labelling needs to know of an iteration's plan. */
export interface AskingPlan {
  poolId: string;
  seed: bigint;
  classes: string[];
}

/** A batch as selection stored it. */
export type SelectedBatch = Awaited<ReturnType<typeof readBatch>>;

/** Reads the stored plan of an iteration. @throws when it is none, or its method names no classes */
export function readAskingPlan(json: string): AskingPlan {
  const { poolId, seed, method } = fromJsonString(IterationPlanSchema, json, { ignoreUnknownFields: true });
  return { poolId, seed, classes: MethodClasses.parse(method).classes };
}

/**
 * The tasks that ask about a batch's spectra, in an order that tells nothing. Audits are blind: a task does not know what the
 * network thinks of its spectrum, so nobody who reads tasks can learn it.
 * @throws {RangeError} when batch and plan are not of the same campaign, iteration and classes
 */
export function tasksOf(
  batch: SelectedBatch,
  plan: AskingPlan,
  of: { campaignId: string; iteration: number },
): NewTask[] {
  const { description, rows } = batch;
  const { campaignId, iteration } = of;
  if (description.campaign !== campaignId || description.iteration !== iteration) {
    throw new RangeError(
      `the batch is of campaign "${description.campaign}", iteration ${description.iteration}, not of "${campaignId}", ${iteration}`,
    );
  }
  if (description.classes.join('\n') !== plan.classes.join('\n')) {
    throw new RangeError(
      `the batch has the classes ${description.classes.join(', ')}, the plan ${plan.classes.join(', ')}`,
    );
  }
  const width = plan.classes.length;
  const asked = rows.id.map((id, at) => ({ id, at }));
  return inAskingOrder(asked, plan.seed).map(({ id, at }, place) => {
    const purpose = rows.purpose[at] as BatchPurpose;
    const shown = purpose === 'query';
    return {
      task_id: taskIdOf(campaignId, iteration, id),
      campaign_id: campaignId,
      iteration,
      rank: place + 1,
      spectrum_id: id,
      purpose,
      reason: shown ? rows.reason[at]! : '',
      probabilities: shown ? Array.from(rows.probabilities.subarray(at * width, (at + 1) * width)) : [],
      ...NEVER_TAKEN,
    };
  });
}
