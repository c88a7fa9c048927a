import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Annotator_Kind, Campaign_State, Iteration_Step, type Iteration } from '@spectrawl/contracts';
import type { Deployment } from '@spectrawl/testing';
import type { Survey } from './surveys.ts';

/** milliseconds between two looks at a campaign */
const LOOK_INTERVAL = 100;

/** A method of which one iteration is over in seconds, and whose batches a person can label in a test. */
export const METHOD = {
  architecture: { width: 0.1 },
  query: { size: 100, quotas: { 'double-peak': 5 }, clusters: 2 },
  audit: { size: 20, finalSize: 20 },
  training: { maxEpochs: 8, poolNegatives: { count: 50, fromIteration: 1 } },
  stopping: { maxIterations: 2, maxError: 0.01 },
};

/** The simulated annotator that answers by the truth. */
const ORACLE = { name: 'oracle', kind: Annotator_Kind.SIMULATED };

/** Fills a pool with a survey and seals it. */
export async function fillPool({ ingestion }: Deployment, poolId: string, { files }: Survey): Promise<void> {
  await ingestion.createPool({ requestId: randomUUID(), poolId });
  async function* upload() {
    yield { payload: { case: 'open' as const, value: { poolId, survey: 'auto' } } };
    for (const [path, data] of files) yield { payload: { case: 'piece' as const, value: { path, data, last: true } } };
  }
  for await (const { counts } of ingestion.ingestFiles(upload())) if (counts === undefined) break;
  await ingestion.sealPool({ poolId });
}

/** Imports the true classes of a pool's spectra as labels. */
export async function importTruth({ labelling }: Deployment, poolId: string, { truth }: Survey): Promise<void> {
  const rows = [...truth].map(([spectrumId, name]) => ({ spectrumId, class: name }));
  async function* labels() {
    yield { payload: { case: 'open' as const, value: { requestId: randomUUID(), poolId, annotator: 'truth' } } };
    yield { payload: { case: 'rows' as const, value: { rows } } };
  }
  await labelling.importLabels(labels());
}

/** A campaign as it is created. */
export interface CampaignPlan {
  campaignId: string;
  poolId: string;
  seedPoolIds: string[];
  /** What differs from the preset `default`; METHOD unless given. */
  method?: object;
}

/** Creates a campaign, always of the same seed, and starts it. */
export async function startCampaign(
  { selection }: Deployment,
  { campaignId, poolId, seedPoolIds, method = METHOD }: CampaignPlan,
): Promise<void> {
  await selection.createCampaign({
    requestId: randomUUID(),
    campaignId,
    poolId,
    seedPoolIds,
    preset: 'default',
    method: method as never,
    seed: 11n,
  });
  await selection.startCampaign({ campaignId });
}

/** Resolves when a campaign asks for labels. @returns the iteration that asks */
export async function untilAsking({ selection, labelling }: Deployment, campaignId: string): Promise<Iteration> {
  for (;;) {
    const { campaign } = await selection.getCampaign({ campaignId });
    if (campaign?.state === Campaign_State.FAILED) throw new Error(campaign.problem);
    const last = (await selection.listIterations({ campaignId })).iterations.at(-1);
    if (last?.step === Iteration_Step.LABELLING) {
      const { tasks } = await labelling.listTasks({ campaignId, pageSize: 1000 });
      if (tasks.some(({ iteration }) => iteration === last.number)) return last;
    }
    await delay(LOOK_INTERVAL);
  }
}

/** Answers by the truth what a campaign asks, until it is completed. */
export async function complete(
  { selection, labelling }: Deployment,
  campaignId: string,
  truth: ReadonlyMap<string, string>,
): Promise<void> {
  for (;;) {
    const { campaign } = await selection.getCampaign({ campaignId });
    if (campaign?.state === Campaign_State.FAILED) throw new Error(campaign.problem);
    if (campaign?.state === Campaign_State.COMPLETED) return;
    const { tasks } = await labelling.leaseTasks({ campaignId, annotator: ORACLE, maxTasks: 100 });
    for (const { taskId, spectrumId } of tasks) {
      const decision = { answer: { case: 'class' as const, value: truth.get(spectrumId) ?? 'absorption' } };
      await labelling.submitLabel({ requestId: randomUUID(), taskId, annotator: ORACLE, decision });
    }
    if (tasks.length === 0) await delay(LOOK_INTERVAL);
  }
}
