import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Annotator_Kind,
  Campaign_State,
  TrainingRun_State,
  type Campaign,
  type Iteration,
  type LabellingTask,
} from '@spectrawl/contracts';
import type { Deployment } from '@spectrawl/testing';
import { METHOD, simulateSurveys, type Surveys } from '../campaign-at-work.ts';
import type { Persistence } from './persistence.ts';

/** Rows of a shard: so many shards that workers can be met while they have some in hand. */
export const SHARD_ROWS = 60;

/** The surveys of the spec of a whole campaign, with files besides that are refused, and one that comes twice. */
export function smallSky(): Surveys {
  const { sky, seed } = simulateSurveys();
  const [path, bytes] = [...sky.files][0]!;
  const files = new Map(sky.files)
    .set('cut-off.fits', bytes.subarray(0, bytes.length / 2))
    .set('notes.txt', new TextEncoder().encode('no spectrum'))
    .set(`again-${path}`, bytes);
  return { sky: { ...sky, files }, seed };
}

const ORACLE = { name: 'oracle', kind: Annotator_Kind.SIMULATED };

/** milliseconds between two looks at what a campaign asks */
const LOOK_INTERVAL = 50;

/** What a campaign came to: everything that has to be the same, whatever went wrong on the way. */
export interface CampaignOutcome {
  /** The catalogue as CSV; where the campaign's name stands, `campaign`. */
  catalogue: string;
  /** Of each iteration: kind, spectra of each class, and what was asked, by rank. */
  iterations: { kind: number; poolSize: number; classCounts: number[]; asked: string[] }[];
  /** All labels of the campaign's spectra, in the order of the log. */
  labels: string[];
}

/** Clients of every service, wherever it runs. */
export type Clients = Pick<Deployment, 'ingestion' | 'labelling' | 'selection' | 'training' | 'inference'>;

/** The pools, labels and campaigns of a small sky in a deployment, by calls that do not give up. */
export class SmallCampaign {
  readonly deployment: Clients;
  readonly calls: Persistence;
  readonly sky: Surveys['sky'];
  readonly seed: Surveys['sky'];
  /** Ids of requests, by what they ask: a repeated call has the id of the first one. */
  readonly #requests = new Map<string, string>();

  constructor(deployment: Clients, calls: Persistence, { sky, seed }: { sky: Surveys['sky']; seed: Surveys['sky'] }) {
    this.deployment = deployment;
    this.calls = calls;
    this.sky = sky;
    this.seed = seed;
  }

  /** Fills both pools and imports the labels of the seed. */
  async prepare(onProgress?: (stored: number) => void): Promise<void> {
    await this.fill('seed', this.seed.files);
    await this.fill('sky', this.sky.files, onProgress);
    const rows = [...this.seed.truth].map(([spectrumId, name]) => ({ spectrumId, class: name }));
    async function* labels() {
      yield { payload: { case: 'open' as const, value: { requestId: 'seed', poolId: 'seed', annotator: 'truth' } } };
      yield { payload: { case: 'rows' as const, value: { rows } } };
    }
    await this.calls.of(() => this.deployment.labelling.importLabels(labels()));
  }

  /** Uploads files until a whole upload is committed, and seals the pool. */
  async fill(
    poolId: string,
    files: ReadonlyMap<string, Uint8Array>,
    onProgress: (stored: number) => void = () => undefined,
  ): Promise<void> {
    const { ingestion } = this.deployment;
    await this.calls.of(() => ingestion.createPool({ requestId: this.#request(`create ${poolId}`), poolId }));
    async function* upload() {
      yield { payload: { case: 'open' as const, value: { poolId, survey: 'auto' } } };
      for (const [path, data] of files)
        yield { payload: { case: 'piece' as const, value: { path, data, last: true } } };
    }
    await this.calls.of(async () => {
      for await (const { counts } of ingestion.ingestFiles(upload())) onProgress(Number(counts?.stored ?? 0));
    });
    await this.calls.of(() => ingestion.sealPool({ poolId }));
  }

  /** Creates and starts a campaign. */
  async start(campaignId: string): Promise<void> {
    const { selection } = this.deployment;
    await this.calls.of(() =>
      selection.createCampaign({
        requestId: this.#request(`create ${campaignId}`),
        campaignId,
        poolId: 'sky',
        seedPoolIds: ['seed'],
        preset: 'default',
        method: METHOD as never,
        seed: 11n,
      }),
    );
    await this.calls.of(() => selection.startCampaign({ campaignId }));
  }

  /**
   * Answers what the campaign asks, by the truth, until it is over.
   * @param beforeAnswer called before each answer with how many there have been, and the iteration that asks
   */
  async answer(
    campaignId: string,
    beforeAnswer: (answered: number, iteration: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<Campaign> {
    let answered = 0;
    for (;;) {
      const campaign = await this.#campaign(campaignId);
      if (campaign.state === Campaign_State.FAILED) throw new Error(campaign.problem);
      if (campaign.state === Campaign_State.COMPLETED) return campaign;
      const tasks = await this.#lease(campaignId);
      for (const task of tasks) {
        await beforeAnswer(answered, task.iteration);
        await this.submit(task);
        answered += 1;
      }
      if (tasks.length === 0) await delay(LOOK_INTERVAL);
    }
  }

  /** Answers the first task that the campaign asks. */
  async submitNext(campaignId: string): Promise<void> {
    const [first] = await this.#lease(campaignId);
    if (first) await this.submit(first);
  }

  /** Answers a task. */
  async submit({ taskId, spectrumId }: LabellingTask): Promise<void> {
    const decision = { answer: { case: 'class' as const, value: this.sky.truth.get(spectrumId)! } };
    const requestId = this.#request(taskId);
    await this.calls.of(() =>
      this.deployment.labelling.submitLabel({ requestId, taskId, annotator: ORACLE, decision }),
    );
  }

  /** Resolves as soon as the campaign's last iteration is as asked for. */
  async untilIteration(campaignId: string, is: (last: Iteration) => boolean): Promise<Iteration> {
    for (;;) {
      const { iterations } = await this.calls.of(() => this.deployment.selection.listIterations({ campaignId }));
      const last = iterations.at(-1);
      if (last && is(last)) return last;
      await delay(LOOK_INTERVAL);
    }
  }

  /** Resolves as soon as the campaign's last training has finished an epoch. */
  async untilTraining(campaignId: string): Promise<void> {
    for (;;) {
      const { trainingRuns } = await this.calls.of(() => this.deployment.training.listTrainingRuns({ campaignId }));
      if (trainingRuns.at(-1)?.state === TrainingRun_State.TRAINING) return;
      await delay(LOOK_INTERVAL);
    }
  }

  async outcome(campaignId: string): Promise<CampaignOutcome> {
    const { selection, labelling } = this.deployment;
    const iterations = await this.calls.of(() => selection.listIterations({ campaignId }));
    const { tasks } = await this.calls.of(() => labelling.listTasks({ campaignId, pageSize: 1000 }));
    return {
      catalogue: (await this.#catalogue(campaignId)).replaceAll(campaignId, 'campaign'),
      iterations: iterations.iterations.map(({ number, kind, poolSize, classCounts }) => ({
        kind,
        poolSize: Number(poolSize),
        classCounts: classCounts.map(Number),
        asked: tasks
          .filter(({ iteration }) => iteration === number)
          .sort((a, b) => a.rank - b.rank)
          .map(({ spectrumId, purpose }) => `${spectrumId} ${purpose}`),
      })),
      labels: (await this.labels(campaignId)).map(({ iteration, spectrumId, decision }) =>
        [iteration, spectrumId, decision?.answer.value].join(' '),
      ),
    };
  }

  /** The campaign's labels of the searched pool, in the order of the log. */
  async labels(campaignId: string) {
    return await this.calls.of(async () => {
      const all = [];
      for await (const { labels } of this.deployment.labelling.listLabels({ campaignId, poolIds: ['sky'] })) {
        all.push(...labels);
      }
      return all;
    });
  }

  async #catalogue(campaignId: string): Promise<string> {
    return await this.calls.of(async () => {
      const pieces: Uint8Array[] = [];
      for await (const { data } of this.deployment.selection.exportCatalogue({ campaignId, format: 'csv' })) {
        pieces.push(data);
      }
      return Buffer.concat(pieces).toString();
    });
  }

  async #campaign(campaignId: string): Promise<Campaign> {
    return (await this.calls.of(() => this.deployment.selection.getCampaign({ campaignId }))).campaign!;
  }

  async #lease(campaignId: string): Promise<LabellingTask[]> {
    const request = { campaignId, annotator: ORACLE, maxTasks: 100 };
    const { tasks } = await this.calls.of(() => this.deployment.labelling.leaseTasks(request));
    return tasks;
  }

  #request(intent: string): string {
    const id = this.#requests.get(intent) ?? randomUUID();
    this.#requests.set(intent, id);
    return id;
  }
}
