import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { resolveMethod, type MethodOverrides } from '@spectrawl/active-learning';
import {
  encodeIterationPlan,
  IterationKind,
  IterationPlanSchema,
  iterationStarted,
  IterationStartedSchema,
  LabellingService,
  modelTrained,
  trainingFailed,
  TrainingService,
  type ModelTrained,
  type ModelTrainedSchema,
  type TrainingFailed,
  type TrainingFailedSchema,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { connect, createServer, type ServiceClient } from '@spectrawl/grpc';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import { batchKey, FEATURE_COUNT, planKey, writeBatch, type BatchPurpose } from '@spectrawl/pool';
import { defineService, hears, LEDGER, loadConfig, runServices, says, type EventConsumer } from '@spectrawl/runtime';
import { Arrivals, CLASSES, LabellingStandIn, lineFeatures, storePool, type PoolSpectrum } from '@spectrawl/testing';
import { z } from 'zod';
import { trainingService } from '../src/service.ts';

export const SEED_POOL = 'seed';
export const POOL = 'survey';

const spectrum = (id: string, shape: number): PoolSpectrum => ({ id, features: lineFeatures(shape, id) });

/** Twenty spectra of each class, in two shards. */
export const SEED_SPECTRA = Array.from({ length: 60 }, (_, at) => ({
  ...spectrum(`seed-${String(at).padStart(2, '0')}`, at % CLASSES.length),
  class: CLASSES[at % CLASSES.length]!,
}));

/** Mostly absorption, every fifth an emission star: their ids begin with `star`. */
export const POOL_SPECTRA = Array.from({ length: 200 }, (_, at) => {
  const isStar = at % 5 === 0;
  return spectrum(`${isStar ? 'star' : 'dull'}-${String(at).padStart(3, '0')}`, isStar ? 1 + ((at / 5) % 2) : 0);
});

/** A narrow network and few epochs: a training takes a second. */
const METHOD = {
  architecture: { width: 0.05 },
  training: { batchSize: 16, learningRate: 3e-3, maxEpochs: 20, poolNegatives: { count: 0 } },
} satisfies MethodOverrides;

/** What a test says about a plan. */
export type PlanValues = Omit<MessageInitShape<typeof IterationPlanSchema>, 'method' | '$typeName'> & {
  training?: MethodOverrides['training'];
  audit?: MethodOverrides['audit'];
};

/** The ring around training: says what selection says, and hears what training says. */
@Injectable()
export class RingPartner {
  readonly trained = new Arrivals<ModelTrained>();
  readonly failed = new Arrivals<TrainingFailed>();

  constructor(@Inject(LEDGER) private readonly ledger: Ledger<unknown>) {}

  /** Says that an iteration began. @param id of the event */
  async sayStarted(campaignId: string, iteration: number, id?: string): Promise<void> {
    const message = create(IterationStartedSchema, { campaignId, iteration, planKey: planKey(campaignId, iteration) });
    await this.ledger.transaction(async (tx) => {
      tx.publish(iterationStarted, message, id === undefined ? {} : { id });
    });
  }
}

@Injectable()
class ModelTrainedHeard implements EventConsumer<typeof ModelTrainedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: ModelTrained): Promise<void> {
    this.partner.trained.add(message);
  }
}

@Injectable()
class TrainingFailedHeard implements EventConsumer<typeof TrainingFailedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: TrainingFailed): Promise<void> {
    this.partner.failed.add(message);
  }
}

/** A deployment of training in a folder, which can stop and go on. */
export class TrainingDeployment {
  readonly labels = new LabellingStandIn();
  readonly #folder: string;
  readonly #store: ObjectStore;
  readonly #database: string;

  private constructor(folder: string, store: ObjectStore, database: string) {
    this.#folder = folder;
    this.#store = store;
    this.#database = database;
  }

  /** @param durable whether the database outlives a stop: its first start takes seconds then */
  static async create({ durable = false } = {}): Promise<TrainingDeployment> {
    const folder = await mkdtemp(join(tmpdir(), 'spectrawl-training-'));
    const store = await openObjectStore({ kind: 'filesystem', directory: join(folder, 'store') });
    const deployment = new TrainingDeployment(folder, store, durable ? join(folder, 'database') : 'memory');
    await storePool(store, SEED_POOL, [SEED_SPECTRA.slice(0, 33), SEED_SPECTRA.slice(33)]);
    await storePool(store, POOL, [POOL_SPECTRA.slice(0, 150), POOL_SPECTRA.slice(150)], 100);
    for (const { id, class: answer } of SEED_SPECTRA) {
      deployment.labels.add({ poolId: SEED_POOL, spectrumId: id, answer });
    }
    return deployment;
  }

  get objects(): ObjectStore {
    return this.#store;
  }

  /** Path of an object, for readers other than ours. */
  pathOf(key: string): string {
    return join(this.#folder, 'store', 'objects', key);
  }

  /** Writes a plan as selection does: of all labels that there are by now, unless it says otherwise. */
  async storePlan(campaignId: string, iteration: number, { training, audit, ...values }: PlanValues = {}) {
    const method = resolveMethod('default', {
      ...METHOD,
      training: { ...METHOD.training, ...training },
      ...(audit && { audit }),
    });
    const plan = create(IterationPlanSchema, {
      campaignId,
      iteration,
      kind: IterationKind.LOOP,
      seed: 2n ** 63n + 11n,
      poolId: POOL,
      seedPoolIds: [SEED_POOL],
      labelPosition: BigInt(this.labels.log.length),
      method: method as unknown as JsonObject,
      ...values,
    });
    await this.#store.put(planKey(campaignId, iteration), encodeIterationPlan(plan));
  }

  /** Writes a batch as selection does. @returns its key */
  async storeBatch(campaignId: string, iteration: number, asked: readonly { id: string; purpose: BatchPurpose }[]) {
    const features = new Float32Array(asked.length * FEATURE_COUNT);
    for (const [at, { id }] of asked.entries()) {
      features.set(POOL_SPECTRA.find((row) => row.id === id)!.features, at * FEATURE_COUNT);
    }
    const key = batchKey(campaignId, iteration);
    const bytes = await writeBatch(
      {
        id: asked.map(({ id }) => id),
        shard: Int32Array.from(asked, () => 0),
        row: Int32Array.from(asked.keys()),
        features,
        probabilities: Float32Array.from(asked.flatMap(() => [0.2, 0.5, 0.3])),
        purpose: asked.map(({ purpose }) => purpose),
        reason: asked.map(({ purpose }) => purpose),
        rank: Int32Array.from(asked.keys()),
        inclusion_probability: Float64Array.from(asked, () => 1),
      },
      { campaign: campaignId, iteration, model: 'm', classes: CLASSES, seed: '1', featureCount: FEATURE_COUNT },
    );
    await this.#store.put(key, bytes);
    return key;
  }

  async start(): Promise<TrainingAtWork> {
    const noMigrations = await mkdtemp(join(this.#folder, 'no-migrations-'));
    let partner: RingPartner | undefined;
    const partnerService = defineService({
      name: 'partner',
      config: z.strictObject({}),
      migrations: pathToFileURL(`${noMigrations}/`),
      grpc: [],
      consumes: [hears(modelTrained, ModelTrainedHeard), hears(trainingFailed, TrainingFailedHeard)],
      produces: says(iterationStarted),
      calls: [],
      module: {
        providers: [
          {
            provide: RingPartner,
            inject: [LEDGER],
            useFactory: (ledger: Ledger<unknown>) => (partner = new RingPartner(ledger)),
          },
          ModelTrainedHeard,
          TrainingFailedHeard,
        ],
      },
    });
    const labelling = createServer();
    labelling.add(LabellingService, this.labels.handlers());
    const port = await labelling.listen('127.0.0.1', 0);
    const services = [trainingService, partnerService];
    const config = loadConfig(
      services,
      JSON.stringify({
        grpc: { port: 0 },
        addresses: { labelling: `127.0.0.1:${port}` },
        database: { kind: 'pglite', directory: this.#database },
        objectStore: { kind: 'filesystem', directory: join(this.#folder, 'store') },
        eventBus: { kind: 'embedded' },
        services: { training: { threads: 1 } },
      }),
      {},
    );
    const running = await runServices(services, config);
    const channel = connect(running.address);
    return {
      training: channel.client(TrainingService),
      partner: partner!,
      async stop() {
        channel.close();
        await running.stop();
        await labelling.close();
      },
    };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Training at work, in a ring that it can't tell from the real one. */
export interface TrainingAtWork {
  training: ServiceClient<typeof TrainingService>;
  partner: RingPartner;
  stop(): Promise<void>;
}
