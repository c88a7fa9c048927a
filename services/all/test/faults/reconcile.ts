import { setTimeout as delay } from 'node:timers/promises';
import { Campaign_State, IterationKind } from '@spectrawl/contracts';
import { expect } from 'vitest';
import type { BehindTheServices } from './behind-the-services.ts';
import type { CampaignOutcome, SmallCampaign } from './small-campaign.ts';

/** What is missing from a campaign that is over, and what is there too often: by counts that have to agree. */
export interface Balance {
  lost: number;
  duplicated: number;
}

/** milliseconds between looks whether all events are handled */
const LOOK_INTERVAL = 50;

/** Waits until every event is published and handled. */
export async function settled(behind: BehindTheServices): Promise<void> {
  while ((await behind.unpublished()) + (await behind.unhandled()) > 0) await delay(LOOK_INTERVAL);
}

/**
 * Holds a finished campaign against one that nothing befell: the same catalogue, the same questions and answers, and counts
 * that agree from one service to the next.
 * @returns what was counted
 */
export async function reconcile(
  small: SmallCampaign,
  behind: BehindTheServices,
  campaignId: string,
  reference: CampaignOutcome,
): Promise<Balance> {
  await settled(behind);
  const { deployment, calls, seed, sky } = small;
  const { campaign } = await calls.of(() => deployment.selection.getCampaign({ campaignId }));
  expect(campaign?.state).toBe(Campaign_State.COMPLETED);
  const outcome = await small.outcome(campaignId);
  expect(outcome).toEqual(reference);

  const balance = { lost: 0, duplicated: 0 };
  const compare = (what: string, found: number, due: number) => {
    balance.lost += Math.max(0, due - found);
    balance.duplicated += Math.max(0, found - due);
    expect(found, what).toBe(due);
  };
  const { pool } = await calls.of(() => deployment.ingestion.getPool({ poolId: 'sky' }));
  const counts = pool!.counts!;
  compare('inputs', Number(counts.received), Number(counts.stored + counts.quarantined + counts.duplicates));
  compare('spectra', Number(counts.stored), sky.truth.size);
  const { scoringRuns } = await calls.of(() => deployment.inference.listScoringRuns({ campaignId }));
  compare('scoring runs', scoringRuns.length, outcome.iterations.length);
  for (const run of scoringRuns) {
    compare('shards scored', run.shardsScored, run.shardsPlanned);
    compare('rows scored', Number(run.rowsScored), sky.truth.size);
  }
  const labels = await small.labels(campaignId);
  const asked = outcome.iterations.reduce((total, iteration) => total + iteration.asked.length, 0);
  compare('labels in the log', labels.length, asked);
  compare('tasks that the labels answer', new Set(labels.map(({ taskId }) => taskId)).size, asked);
  const { models } = await calls.of(() => deployment.training.listModels({ campaignId }));
  compare('models', models.length, outcome.iterations.length);
  for (const [iteration, { trainingSet }] of models.entries()) {
    const trainedOn = trainingSet!.classCounts.reduce((total, count) => total + count, 0);
    const before = labels.filter((label) => label.iteration < iteration).length;
    compare(`labels that model ${iteration} was trained on`, trainedOn, seed.truth.size + before);
  }
  expect(outcome.iterations.at(-1)?.kind).toBe(IterationKind.FINAL);
  compare('dead letters', await behind.deadLetters(), 0);
  return balance;
}
