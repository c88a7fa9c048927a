import { randomUUID } from 'node:crypto';
import {
  Annotator_Kind,
  Campaign_State,
  Iteration_Step,
  type Campaign,
  type Iteration,
  type LabellingTask,
} from '@spectrawl/contracts';
import { RpcError, status } from '@spectrawl/grpc';
import { simulatedFits, simulateSpectrum, skyPopulation, type SimulatedSurvey } from '@spectrawl/spectra';
import type { Deployment } from '@spectrawl/testing';
import { vi } from 'vitest';

/** Rows of a shard: several shards, so that the fan-in has something to wait for. */
const SHARD_ROWS = 120;

/** Sections of the services' configuration in which a campaign of this size is one in small. */
export const SMALL_SHARDS = { ingestion: { shardRows: SHARD_ROWS } };

const SEED_SPECTRA = 150;
const POOL_SPECTRA = 400;

/** milliseconds for which a service may be away, as when it is started again */
const PATIENCE = 90_000;

/** A method for campaigns of two iterations and a final one that are over in seconds. */
export const METHOD = {
  architecture: { width: 0.1 },
  query: { size: 20, quotas: { 'double-peak': 2 }, clusters: 2 },
  audit: { size: 10, finalSize: 20 },
  training: { maxEpochs: 8, poolNegatives: { count: 50, fromIteration: 1 } },
  stopping: { maxIterations: 2, maxError: 0.01 },
};

/** Files of a survey, and the classes that their spectra are truly of, by id. */
interface Survey {
  files: Map<string, Uint8Array>;
  truth: Map<string, string>;
}

function simulate(survey: SimulatedSurvey, count: number): Survey {
  const files = new Map<string, Uint8Array>();
  const truth = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const request = { survey, seed: 7, index };
    // Emission is rarer in the sky than a test can wait for.
    const simulated = simulateSpectrum(survey === 'lamost' ? { ...request, population: skyPopulation(0.1) } : request);
    files.set(`${simulated.spectrum.id}.fits`, simulatedFits(simulated.spectrum));
    truth.set(simulated.spectrum.id, simulated.truth.shape);
  }
  return { files, truth };
}

/** A pool `sky` to search, and a labelled pool `seed` to begin with. */
export interface Surveys {
  sky: Survey;
  seed: Survey;
}

export function simulateSurveys(): Surveys {
  return { sky: simulate('lamost', POOL_SPECTRA), seed: simulate('ondrejov', SEED_SPECTRA) };
}

/** Ingests both surveys and imports the seed's labels. @returns how many spectra of the sky were stored */
export async function ingestSurveys(deployment: Deployment, { sky, seed }: Surveys): Promise<number> {
  await fillPool(deployment, 'seed', seed.files);
  const stored = await fillPool(deployment, 'sky', sky.files);
  async function* labels() {
    yield { payload: { case: 'open' as const, value: { requestId: 'seed', poolId: 'seed', annotator: 'truth' } } };
    const rows = [...seed.truth].map(([spectrumId, name]) => ({ spectrumId, class: name }));
    yield { payload: { case: 'rows' as const, value: { rows } } };
  }
  await deployment.labelling.importLabels(labels());
  return stored;
}

async function fillPool({ ingestion }: Deployment, poolId: string, files: ReadonlyMap<string, Uint8Array>) {
  await ingestion.createPool({ requestId: randomUUID(), poolId });
  async function* upload() {
    yield { payload: { case: 'open' as const, value: { poolId, survey: 'auto' } } };
    for (const [path, data] of files) yield { payload: { case: 'piece' as const, value: { path, data, last: true } } };
  }
  let stored = 0;
  for await (const answer of ingestion.ingestFiles(upload())) stored = Number(answer.counts?.stored ?? 0);
  await ingestion.sealPool({ poolId });
  return stored;
}

/** Creates a campaign over both pools, always of the same seed, and starts it. */
export async function begin(
  { selection }: Deployment,
  campaignId: string,
  preset: string,
  method: object = METHOD,
): Promise<void> {
  const [poolId, seedPoolIds, requestId] = ['sky', ['seed'], randomUUID()];
  await selection.createCampaign({
    requestId,
    campaignId,
    poolId,
    seedPoolIds,
    preset,
    method: method as never,
    seed: 11n,
  });
  await selection.startCampaign({ campaignId });
}

const ORACLE = { name: 'oracle', kind: Annotator_Kind.SIMULATED };

export interface Answering {
  /** Leaves after so many answers; default: none is too many. */
  atMost?: number;
  /** Is told of every step that an iteration is seen to be at, once, and holds the answers up until it is done. */
  onStep?: (iteration: number, step: Iteration_Step) => Promise<void>;
}

/** Answers whatever a campaign asks until it is completed, through restarts of any service. */
export async function answer(
  deployment: Deployment,
  campaignId: string,
  truth: ReadonlyMap<string, string>,
  { atMost = Infinity, onStep = async () => undefined }: Answering = {},
): Promise<{ answered: number; last: Campaign | undefined }> {
  let answered = 0;
  let last: Campaign | undefined;
  const seen = new Set<string>();
  while (last?.state !== Campaign_State.COMPLETED) {
    try {
      for await (const { campaign, iterations } of deployment.selection.watchCampaign({ campaignId })) {
        last = campaign;
        if (campaign?.state === Campaign_State.FAILED) throw new Error(campaign.problem);
        for (const { number, step } of iterations) {
          const at = `${number} ${step}`;
          if (!seen.has(at)) await onStep(number, step);
          seen.add(at);
        }
        const asking = iterations.find(({ step }) => step === Iteration_Step.LABELLING);
        if (!asking) continue;
        for (let rest = Infinity; rest > 0;) {
          for (const { taskId, spectrumId } of await lease(deployment, campaignId, asking.number)) {
            if (answered === atMost) return { answered, last };
            const decision = { answer: { case: 'class' as const, value: truth.get(spectrumId)! } };
            const request = { requestId: randomUUID(), taskId, annotator: ORACLE, decision };
            const submitted = await persistently(() => deployment.labelling.submitLabel(request));
            answered += 1;
            rest = submitted.progress!.tasks - submitted.progress!.answered;
          }
        }
      }
    } catch (error) {
      // A watch ends with the service that answers it; the next one waits for its return.
      if (!isAbsence(error)) throw error;
      await persistently(() => deployment.selection.getCampaign({ campaignId }));
    }
  }
  return { answered, last };
}

/** Leases tasks of an iteration as soon as its batch is open. */
async function lease({ labelling }: Deployment, campaignId: string, iteration: number): Promise<LabellingTask[]> {
  return await vi.waitFor(
    async () => {
      const { tasks } = await labelling.leaseTasks({ campaignId, annotator: ORACLE, maxTasks: 100 });
      if (tasks[0]?.iteration !== iteration) throw new Error(`no task of iteration ${iteration} is open`);
      return tasks;
    },
    { timeout: PATIENCE },
  );
}

/** Calls again and again while the service is away. */
async function persistently<T>(call: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE; ;) {
    try {
      return await call();
    } catch (error) {
      // A call that finds nobody takes a while itself: it tries several times.
      if (!isAbsence(error) || Date.now() > deadline) throw error;
    }
  }
}

function isAbsence(error: unknown): boolean {
  return (
    error instanceof RpcError &&
    (error.code === status.UNAVAILABLE || error.code === status.CANCELLED || error.reason === 'STOPPING')
  );
}

export async function iterationsOf({ selection }: Deployment, campaignId: string): Promise<Iteration[]> {
  return (await selection.listIterations({ campaignId })).iterations;
}

/** A published catalogue as the file in which astronomers get it, without the names of the campaign and its models. */
export async function catalogueOf({ selection }: Deployment, campaignId: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const { data } of selection.exportCatalogue({ campaignId, format: 'csv' })) pieces.push(data);
  return Buffer.concat(pieces).toString().replaceAll(campaignId, 'CAMPAIGN');
}
