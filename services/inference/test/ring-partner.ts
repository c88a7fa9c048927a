import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, toJsonString, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { resolveMethod } from '@spectrawl/active-learning';
import {
  encodeIterationPlan,
  InferenceService,
  IngestionService,
  IterationKind,
  IterationPlanSchema,
  iterationRetried,
  IterationRetriedSchema,
  ModelSchema,
  modelTrained,
  ModelTrainedSchema,
  poolScored,
  scoringDelayed,
  scoringFailed,
  shardScored,
  shardScoringRequested,
  ShardScoringRequestedSchema,
  type PoolScored,
  type PoolScoredSchema,
  type ScoringDelayed,
  type ScoringDelayedSchema,
  type ScoringFailed,
  type ScoringFailedSchema,
  type ShardScored,
  type ShardScoredSchema,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { connect, createServer, ServiceError, type ServiceClient } from '@spectrawl/grpc';
import { parameterCount, skoda2020Network, train, weightsChecksum } from '@spectrawl/network';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import { column, FEATURE_COUNT, MODEL_FILES, modelKey, planKey, shardKey, writeTable } from '@spectrawl/pool';
import {
  defineService,
  hears,
  LEDGER,
  loadConfig,
  OBJECT_STORE,
  runServices,
  says,
  type EventConsumer,
} from '@spectrawl/runtime';
import { Arrivals, CLASSES, ingestionStandIn, lineFeatures, storePool, type PoolSpectrum } from '@spectrawl/testing';
import { z } from 'zod';
import { inferenceService, inferenceWorkerService } from '../src/service.ts';

export const POOL = 'survey';

/** Three shards of different sizes; the features of each spectrum are of class `at % 3`. */
export const SHARDS: readonly (readonly PoolSpectrum[])[] = [40, 1, 25].map((rows, shard) =>
  Array.from({ length: rows }, (_, at) => {
    const id = `spectrum-${shard}-${String(at).padStart(3, '0')}`;
    return { id, features: lineFeatures(at % CLASSES.length, id) };
  }),
);

/** Ids in the order of their shards and, within a shard, of the ids. */
export const IDS = SHARDS.flatMap((spectra) => spectra.map(({ id }) => id));

/** A row of a model's training set. */
export interface TrainedOn {
  poolId: string;
  spectrumId: string;
  class: string;
  origin: string;
}

/** The ring around inference: says what selection and training say, and hears what inference says. */
export class RingPartner {
  readonly poolsScored = new Arrivals<PoolScored>();
  readonly shardsScored = new Arrivals<ShardScored>();
  readonly failures = new Arrivals<ScoringFailed>();
  readonly delays = new Arrivals<ScoringDelayed>();
  readonly objects: ObjectStore;
  readonly #ledger: Ledger<unknown>;

  constructor(ledger: Ledger<unknown>, objects: ObjectStore) {
    this.#ledger = ledger;
    this.objects = objects;
  }

  /** Writes a plan as selection does. */
  async storePlan(
    campaignId: string,
    iteration: number,
    values: Pick<
      MessageInitShape<typeof IterationPlanSchema>,
      'excludedSpectrumIds' | 'averagedIterations' | 'earlierModelIds'
    > = {},
  ): Promise<string> {
    const plan = create(IterationPlanSchema, {
      campaignId,
      iteration,
      kind: IterationKind.LOOP,
      seed: 7n + BigInt(iteration),
      poolId: POOL,
      method: resolveMethod('default') as unknown as JsonObject,
      ...values,
    });
    const key = planKey(campaignId, iteration);
    await this.objects.put(key, encodeIterationPlan(plan));
    return key;
  }

  /** Says that a model was trained. @param id of the event */
  async sayTrained(campaignId: string, iteration: number, modelId: string, id?: string): Promise<void> {
    const message = create(ModelTrainedSchema, {
      campaignId,
      iteration,
      modelId,
      planKey: planKey(campaignId, iteration),
    });
    await this.#ledger.transaction(async (tx) => {
      tx.publish(modelTrained, message, id === undefined ? {} : { id });
    });
  }

  /** Asks for a shard to be scored again, as inference did before. */
  async requestAgain(campaignId: string, iteration: number, modelId: string, shard: number): Promise<void> {
    const message = create(ShardScoringRequestedSchema, {
      scoringRunId: `${campaignId}-${iteration}`,
      shard,
      shardKey: shardKey(POOL, shard),
      modelId,
      planKey: planKey(campaignId, iteration),
    });
    await this.#ledger.transaction(async (tx) => {
      tx.publish(shardScoringRequested, message);
    });
  }

  /** Says that an iteration is tried again, as selection does when a failed campaign is resumed. */
  async sayRetried(campaignId: string, iteration: number, modelId: string): Promise<void> {
    const key = planKey(campaignId, iteration);
    const message = create(IterationRetriedSchema, { campaignId, iteration, modelId, planKey: key });
    await this.#ledger.transaction(async (tx) => {
      tx.publish(iterationRetried, message);
    });
  }

  /** Says what a worker said, once more and as another event. */
  async sayScoredAgain(message: ShardScored): Promise<void> {
    await this.#ledger.transaction(async (tx) => {
      tx.publish(shardScored, message);
    });
  }

  async poolIsScored(campaignId: string, iteration: number): Promise<PoolScored> {
    return await this.poolsScored.first((event) => event.campaignId === campaignId && event.iteration === iteration);
  }

  /** Writes what a model was trained on, as training does. */
  async storeTrainingSet(modelId: string, rows: readonly TrainedOn[]): Promise<void> {
    const columns = {
      pool: column.string,
      id: column.string,
      class: column.string,
      weight: column.float32,
      origin: column.string,
    };
    const bytes = await writeTable(columns, {
      pool: rows.map(({ poolId }) => poolId),
      id: rows.map(({ spectrumId }) => spectrumId),
      class: rows.map((row) => row.class),
      weight: Float32Array.from(rows, () => 1),
      origin: rows.map(({ origin }) => origin),
    });
    await this.objects.put(modelKey(modelId, MODEL_FILES.trainingSet), bytes);
  }

  /**
   * Trains a narrow network and writes it as training does.
   * @param epochs few epochs leave it unsure, more make it sure
   */
  async storeModel(modelId: string, epochs: number): Promise<void> {
    const architecture = skoda2020Network(CLASSES.length, 0.05);
    const rows = Array.from({ length: 90 }, (_, at) => lineFeatures(at % CLASSES.length, `${modelId} ${at}`));
    const features = new Float32Array(rows.length * FEATURE_COUNT);
    for (const [at, row] of rows.entries()) features.set(row, at * FEATURE_COUNT);
    const { weights } = await train({
      architecture,
      features,
      classes: Uint8Array.from(rows.keys(), (at) => at % CLASSES.length),
      classCount: CLASSES.length,
      balance: 'none',
      batchSize: 16,
      maxEpochs: epochs,
      earlyStopping: { minDelta: 0, patience: epochs },
      learningRate: 3e-3,
      seed: 5,
      precision: 'float32',
      threads: 1,
    });
    const weightsSha256 = weightsChecksum(weights);
    const model = create(ModelSchema, {
      modelId,
      classes: CLASSES,
      parameterCount: BigInt(parameterCount(architecture)),
      weightsSha256,
    });
    await this.objects.put(modelKey(modelId, MODEL_FILES.weights), weights);
    await this.objects.put(modelKey(modelId, MODEL_FILES.architecture), Buffer.from(JSON.stringify(architecture)));
    await this.objects.put(modelKey(modelId, MODEL_FILES.description), Buffer.from(toJsonString(ModelSchema, model)));
  }
}

@Injectable()
class PoolScoredHeard implements EventConsumer<typeof PoolScoredSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: PoolScored): Promise<void> {
    this.partner.poolsScored.add(message);
  }
}

@Injectable()
class ShardScoredHeard implements EventConsumer<typeof ShardScoredSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: ShardScored): Promise<void> {
    this.partner.shardsScored.add(message);
  }
}

@Injectable()
class ScoringFailedHeard implements EventConsumer<typeof ScoringFailedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: ScoringFailed): Promise<void> {
    this.partner.failures.add(message);
  }
}

@Injectable()
class ScoringDelayedHeard implements EventConsumer<typeof ScoringDelayedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(message: ScoringDelayed): Promise<void> {
    this.partner.delays.add(message);
  }
}

/** Inference at work in one process with its worker, in a ring that it can't tell from the real one. */
export interface InferenceAtWork {
  inference: ServiceClient<typeof InferenceService>;
  partner: RingPartner;
  /** The folder of the object store, for readers other than ours. */
  objects: string;
  stop(): Promise<void>;
}

/** @param shards of the pool that campaigns search */
export async function startInference(shards: readonly (readonly PoolSpectrum[])[] = SHARDS): Promise<InferenceAtWork> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-inference-'));
  const noMigrations = await mkdtemp(join(folder, 'no-migrations-'));
  const directory = join(folder, 'store');
  let partner: RingPartner | undefined;
  const partnerService = defineService({
    name: 'partner',
    config: z.strictObject({}),
    migrations: pathToFileURL(`${noMigrations}/`),
    grpc: [],
    consumes: [
      hears(poolScored, PoolScoredHeard),
      hears(shardScored, ShardScoredHeard),
      hears(scoringFailed, ScoringFailedHeard),
      hears(scoringDelayed, ScoringDelayedHeard),
    ],
    produces: says(modelTrained, iterationRetried),
    calls: [],
    module: {
      providers: [
        {
          provide: RingPartner,
          inject: [LEDGER, OBJECT_STORE],
          useFactory: (ledger: Ledger<unknown>, store: ObjectStore) => (partner = new RingPartner(ledger, store)),
        },
        PoolScoredHeard,
        ShardScoredHeard,
        ScoringFailedHeard,
        ScoringDelayedHeard,
      ],
    },
  });
  const manifest = await storePool(await openObjectStore({ kind: 'filesystem', directory }), POOL, shards);
  const ingestion = createServer();
  const features = new Map(shards.flat().map((spectrum) => [spectrum.id, [...spectrum.features]]));
  ingestion.add(IngestionService, {
    ...ingestionStandIn([manifest]),
    async getSpectrum({ poolId, spectrumId }) {
      const found = poolId === POOL ? features.get(spectrumId) : undefined;
      if (!found) throw new ServiceError('SPECTRUM_NOT_FOUND', `there is no spectrum "${spectrumId}"`);
      return { spectrum: { poolId, spectrumId, features: found } };
    },
  });
  const port = await ingestion.listen('127.0.0.1', 0);

  const services = [inferenceService, inferenceWorkerService, partnerService];
  const config = loadConfig(
    services,
    JSON.stringify({
      grpc: { port: 0 },
      addresses: { ingestion: `127.0.0.1:${port}` },
      database: { kind: 'pglite', directory: 'memory' },
      objectStore: { kind: 'filesystem', directory },
      eventBus: { kind: 'embedded' },
      services: { 'inference-worker': { processes: 1 } },
    }),
    {},
  );
  const running = await runServices(services, config);
  const channel = connect(running.address);
  return {
    inference: channel.client(InferenceService),
    partner: partner!,
    objects: join(directory, 'objects'),
    async stop() {
      channel.close();
      await running.stop();
      await ingestion.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
