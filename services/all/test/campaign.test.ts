import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Annotator_Kind,
  Campaign_State,
  InferenceService,
  IngestionService,
  Iteration_Step,
  IterationKind,
  LabellingService,
  SelectionService,
  TrainingService,
  type Campaign,
  type Iteration,
  type LabellingTask,
} from '@spectrawl/contracts';
import { connect, type Channel } from '@spectrawl/grpc';
import { loadConfig, runServices, type RunningServices } from '@spectrawl/runtime';
import { simulatedFits, simulateSpectrum, skyPopulation, type SimulatedSurvey } from '@spectrawl/spectra';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { allServices } from '../src/service.ts';

const SEED_SPECTRA = 150;
const POOL_SPECTRA = 400;
/** Rows of a shard: several shards, so that the fan-in has something to wait for. */
const SHARD_ROWS = 120;

const METHOD = {
  architecture: { width: 0.1 },
  query: { size: 20, quotas: { 'double-peak': 2 }, clusters: 2 },
  audit: { size: 10, finalSize: 20 },
  training: { maxEpochs: 8, poolNegatives: { count: 50, fromIteration: 1 } },
  stopping: { maxIterations: 2, maxError: 0.01 },
};

/** A deployment of all services in one folder, and clients of each. */
class Deployment {
  readonly directory: string;
  #services: RunningServices | undefined;
  #channel: Channel | undefined;

  constructor(directory: string) {
    this.directory = directory;
  }

  async start(): Promise<void> {
    const yaml = `
grpc: { port: 0 }
database: { kind: pglite, directory: ${join(this.directory, 'database')} }
objectStore: { kind: filesystem, directory: ${join(this.directory, 'objects')} }
eventBus: { kind: embedded }
services: { ingestion: { shardRows: ${SHARD_ROWS} } }
`;
    this.#services = await runServices(allServices, loadConfig(allServices, yaml, {}));
    this.#channel = connect(this.#services.address);
  }

  async stop(): Promise<void> {
    this.#channel?.close();
    await this.#services?.stop();
  }

  get ingestion() {
    return this.#channel!.client(IngestionService);
  }
  get labelling() {
    return this.#channel!.client(LabellingService);
  }
  get selection() {
    return this.#channel!.client(SelectionService);
  }
  get training() {
    return this.#channel!.client(TrainingService);
  }
  get inference() {
    return this.#channel!.client(InferenceService);
  }
}

/** Simulates files of a survey, and the truth by id. */
function simulate(
  survey: SimulatedSurvey,
  count: number,
): { files: Map<string, Uint8Array>; truth: Map<string, string> } {
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

const ORACLE = { name: 'oracle', kind: Annotator_Kind.SIMULATED };

/** Answers whatever a campaign asks, until it is completed or has been given `atMost` answers. */
async function answer(
  deployment: Deployment,
  campaignId: string,
  truth: ReadonlyMap<string, string>,
  atMost = Infinity,
) {
  let answered = 0;
  let last: Campaign | undefined;
  for await (const { campaign, iterations } of deployment.selection.watchCampaign({ campaignId })) {
    last = campaign;
    if (campaign?.state === Campaign_State.FAILED) throw new Error(campaign.problem);
    const asking = iterations.find(({ step }) => step === Iteration_Step.LABELLING);
    if (!asking) continue;
    for (let rest = Infinity; rest > 0;) {
      for (const { taskId, spectrumId } of await lease(deployment, campaignId, asking.number)) {
        if (answered === atMost) return { answered, last };
        const decision = { answer: { case: 'class' as const, value: truth.get(spectrumId)! } };
        const requestId = randomUUID();
        const submitted = await deployment.labelling.submitLabel({ requestId, taskId, annotator: ORACLE, decision });
        answered += 1;
        rest = submitted.progress!.tasks - submitted.progress!.answered;
      }
    }
  }
  return { answered, last };
}

/** Leases tasks of an iteration as soon as its batch is open. */
async function lease({ labelling }: Deployment, campaignId: string, iteration: number): Promise<LabellingTask[]> {
  return await vi.waitFor(
    async () => {
      const { tasks } = await labelling.leaseTasks({ campaignId, annotator: ORACLE, maxTasks: 100 });
      expect(tasks[0]?.iteration).toBe(iteration);
      return tasks;
    },
    { timeout: 30_000 },
  );
}

async function iterationsOf({ selection }: Deployment, campaignId: string): Promise<Iteration[]> {
  return (await selection.listIterations({ campaignId })).iterations;
}

async function create({ selection }: Deployment, campaignId: string, preset: string, method: object = METHOD) {
  await selection.createCampaign({
    requestId: randomUUID(),
    campaignId,
    poolId: 'sky',
    seedPoolIds: ['seed'],
    preset,
    method: method as never,
    seed: 11n,
  });
  await selection.startCampaign({ campaignId });
}

describe('a campaign through all services on embedded adapters', () => {
  const sky = simulate('lamost', POOL_SPECTRA);
  const seed = simulate('ondrejov', SEED_SPECTRA);
  let deployment: Deployment;
  let stored = 0;

  beforeAll(async () => {
    deployment = new Deployment(await mkdtemp(join(tmpdir(), 'spectrawl-campaign-')));
    await deployment.start();
    await fillPool(deployment, 'seed', seed.files);
    stored = await fillPool(deployment, 'sky', sky.files);
    async function* labels() {
      yield { payload: { case: 'open' as const, value: { requestId: 'seed', poolId: 'seed', annotator: 'truth' } } };
      const rows = [...seed.truth].map(([spectrumId, name]) => ({ spectrumId, class: name }));
      yield { payload: { case: 'rows' as const, value: { rows } } };
    }
    await deployment.labelling.importLabels(labels());
  });
  afterAll(async () => {
    await deployment.stop();
    await rm(deployment.directory, { recursive: true });
  });

  it('goes from survey files to a catalogue', async () => {
    await create(deployment, 'whole', 'default');
    const { answered, last } = await answer(deployment, 'whole', sky.truth);
    expect(last?.state).toBe(Campaign_State.COMPLETED);
    const iterations = await iterationsOf(deployment, 'whole');
    expect(iterations.map(({ kind }) => kind)).toEqual([IterationKind.LOOP, IterationKind.LOOP, IterationKind.FINAL]);
    expect(last?.labelsSpent).toBe(answered);
    for (const { poolSize, classCounts, labelsSpent } of iterations) {
      expect(Number(poolSize)).toBe(stored - labelsSpent);
      expect(classCounts.reduce((sum, count) => sum + count, 0n)).toBe(poolSize);
    }
    const { models } = await deployment.training.listModels({ campaignId: 'whole' });
    expect(models.map(({ modelId }) => modelId)).toEqual(['whole-0', 'whole-1', 'whole-2']);
    // Labels in the log are labels trained on: the seed's, and those of the batches before.
    const seeds = seed.truth.size;
    expect(models.map((model) => model.trainingSet?.classCounts.reduce((sum, count) => sum + count, 0))).toEqual(
      iterations.map(({ labelsSpent }) => seeds + labelsSpent),
    );
    const { scoringRuns } = await deployment.inference.listScoringRuns({ campaignId: 'whole' });
    for (const run of scoringRuns) {
      expect(run.shardsScored).toBe(run.shardsPlanned);
      expect(Number(run.rowsScored)).toBe(stored);
    }
    const { candidates } = await deployment.selection.listCandidates({ campaignId: 'whole', pageSize: 1000 });
    expect(candidates.length).toBe(last?.catalogue?.candidates);
    expect(candidates.map(({ rank }) => rank)).toEqual(candidates.map((_, at) => at + 1));
  });

  it('draws the same batches from the same seed', async () => {
    for (const campaignId of ['first', 'second']) {
      await create(deployment, campaignId, 'skoda-2020', { ...METHOD, finalTraining: { maxEpochs: 8 } });
      await answer(deployment, campaignId, sky.truth);
    }
    const batches = await Promise.all(
      ['first', 'second'].map(async (campaignId) => {
        const { tasks } = await deployment.labelling.listTasks({ campaignId, pageSize: 1000 });
        return tasks.map(({ iteration, rank, spectrumId, purpose }) => ({ iteration, rank, spectrumId, purpose }));
      }),
    );
    expect(batches[0]).toEqual(batches[1]);
    expect(batches[0]!.length).toBeGreaterThan(0);
  });

  it('continues after a stop of the whole process, wherever it was', async () => {
    await create(deployment, 'stopped', 'default');
    await deployment.stop();
    await deployment.start();
    const before = await answer(deployment, 'stopped', sky.truth, 5);
    expect(before.answered).toBe(5);
    await deployment.stop();
    await deployment.start();
    const { answered, last } = await answer(deployment, 'stopped', sky.truth);
    expect(last?.state).toBe(Campaign_State.COMPLETED);
    expect(last?.labelsSpent).toBe(answered + before.answered);
    const whole = await iterationsOf(deployment, 'whole');
    const stopped = await iterationsOf(deployment, 'stopped');
    expect(stopped.map(({ classCounts }) => classCounts)).toEqual(whole.map(({ classCounts }) => classCounts));
  });
});
