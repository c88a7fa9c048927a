import { setTimeout as delay } from 'node:timers/promises';
import { Campaign_State } from '@spectrawl/contracts';
import type { BehindTheServices } from './behind-the-services.ts';
import type { CampaignOutcome, SmallCampaign } from './small-campaign.ts';

/** A finished campaign by its counts, which have to agree from one service to the next. */
export interface Reconciliation {
  outcome: CampaignOutcome;
  /** Inputs, shards, rows, labels, models and events that are missing. */
  lost: number;
  /** Those that are there too often. */
  duplicated: number;
  /** What does not agree, in words. */
  differences: string[];
}

/** milliseconds between looks whether all events are handled */
const LOOK_INTERVAL = 50;

/** Waits until every event is published and handled. */
export async function settled(behind: BehindTheServices): Promise<void> {
  while ((await behind.unpublished()) + (await behind.unhandled()) > 0) await delay(LOOK_INTERVAL);
}

/** Counts what a campaign that is over has left in every service. */
export async function reconcile(small: SmallCampaign, campaignId: string): Promise<Reconciliation> {
  const { deployment, calls, seed, sky } = small;
  const outcome = await small.outcome(campaignId);
  const found: Reconciliation = { outcome, lost: 0, duplicated: 0, differences: [] };
  const compare = (what: string, count: number, due: number) => {
    if (count === due) return;
    found.lost += Math.max(0, due - count);
    found.duplicated += Math.max(0, count - due);
    found.differences.push(`${what}: ${count} instead of ${due}`);
  };
  const { campaign } = await calls.of(() => deployment.selection.getCampaign({ campaignId }));
  if (campaign?.state !== Campaign_State.COMPLETED) found.differences.push(`the state is ${campaign?.state}`);

  const { pool } = await calls.of(() => deployment.ingestion.getPool({ poolId: 'sky' }));
  const { received, stored, quarantined, duplicates } = pool!.counts!;
  compare('inputs', Number(stored + quarantined + duplicates), Number(received));
  compare('spectra', Number(stored), sky.truth.size);

  const iterations = outcome.iterations.length;
  const { scoringRuns } = await calls.of(() => deployment.inference.listScoringRuns({ campaignId }));
  compare('scoring runs', scoringRuns.length, iterations);
  for (const { scoringRunId, shardsScored, shardsPlanned, rowsScored } of scoringRuns) {
    compare(`shards of ${scoringRunId}`, shardsScored, shardsPlanned);
    compare(`rows of ${scoringRunId}`, Number(rowsScored), sky.truth.size);
  }

  const labels = await small.labels(campaignId);
  const asked = outcome.iterations.reduce((sum, iteration) => sum + iteration.asked.length, 0);
  compare('labels in the log', labels.length, asked);
  compare('tasks that they answer', new Set(labels.map(({ taskId }) => taskId)).size, asked);

  const { models } = await calls.of(() => deployment.training.listModels({ campaignId }));
  compare('models', models.length, iterations);
  for (const { modelId, iteration, trainingSet } of models) {
    const trainedOn = trainingSet!.classCounts.reduce((sum, count) => sum + count, 0);
    const before = labels.filter((label) => label.iteration < iteration).length;
    compare(`labels that ${modelId} is trained on`, trainedOn, seed.truth.size + before);
  }
  return found;
}
