import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, toJsonString, type JsonObject } from '@bufbuild/protobuf';
import { resolveMethod } from '@spectrawl/active-learning';
import {
  encodeIterationPlan,
  IterationKind,
  IterationPlanSchema,
  ModelSchema,
  shardScored,
  shardScoringRequested,
  ShardScoringRequestedSchema,
  type ShardScored,
  type ShardScoredSchema,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import { parameterCount, SKODA_2020_CNN, train, weightsChecksum } from '@spectrawl/network';
import type { ObjectStore } from '@spectrawl/object-store';
import { FEATURE_COUNT, modelKey, planKey, shardKey } from '@spectrawl/pool';
import {
  defineService,
  hears,
  LEDGER,
  OBJECT_STORE,
  says,
  type EventConsumer,
  type ServiceDefinition,
} from '@spectrawl/runtime';
import { CLASSES, lineFeatures } from '@spectrawl/testing';
import { z } from 'zod';
import { benchShard } from './bench-shard.ts';

const POOL = 'bench';
const MODEL = 'bench';
/** Spectra that the model is trained with for one epoch: what it knows does not matter, its size does. */
const TRAINED_WITH = 30;

/** What stands around the workers: asks for shards to be scored, and hears that they are. */
export class ScoringRing implements EventConsumer<typeof ShardScoredSchema> {
  readonly #ledger: Ledger<unknown>;
  readonly #objects: ObjectStore;
  #runs = 0;
  #left = new Set<number>();
  #done = Promise.withResolvers<void>();

  constructor(ledger: Ledger<unknown>, objects: ObjectStore) {
    this.#ledger = ledger;
    this.#objects = objects;
  }

  async handle({ scoringRunId, shard }: ShardScored): Promise<void> {
    if (scoringRunId !== this.#scoringRunId || !this.#left.delete(shard)) return;
    if (this.#left.size === 0) this.#done.resolve();
  }

  /** Writes the model, the paper's network, and the shards of a pool. */
  async prepare(shards: number, rows: number): Promise<void> {
    await this.#storeModel();
    for (let shard = 0; shard < shards; shard++) {
      await this.#objects.put(shardKey(POOL, shard), await benchShard(rows, shard));
    }
  }

  /** Has all shards scored as an iteration of its own. */
  async score(shards: number): Promise<void> {
    this.#runs++;
    this.#left = new Set(Array.from({ length: shards }, (_, shard) => shard));
    this.#done = Promise.withResolvers<void>();
    const plan = create(IterationPlanSchema, {
      campaignId: POOL,
      iteration: this.#runs,
      kind: IterationKind.LOOP,
      seed: 7n,
      poolId: POOL,
      method: resolveMethod('default') as unknown as JsonObject,
    });
    const key = planKey(POOL, this.#runs);
    await this.#objects.put(key, encodeIterationPlan(plan));
    await this.#ledger.transaction(async (tx) => {
      for (const shard of this.#left) {
        const request = { shard, shardKey: shardKey(POOL, shard), modelId: MODEL, planKey: key };
        const scoringRunId = this.#scoringRunId;
        tx.publish(shardScoringRequested, create(ShardScoringRequestedSchema, { scoringRunId, ...request }));
      }
    });
    await this.#done.promise;
  }

  get #scoringRunId(): string {
    return `${POOL}-${this.#runs}`;
  }

  async #storeModel(): Promise<void> {
    const architecture = SKODA_2020_CNN;
    const features = new Float32Array(TRAINED_WITH * FEATURE_COUNT);
    for (let at = 0; at < TRAINED_WITH; at++) {
      features.set(lineFeatures(at % CLASSES.length, String(at)), at * FEATURE_COUNT);
    }
    const { weights } = await train({
      architecture,
      features,
      classes: Uint8Array.from({ length: TRAINED_WITH }, (_, at) => at % CLASSES.length),
      classCount: CLASSES.length,
      balance: 'none',
      batchSize: TRAINED_WITH,
      maxEpochs: 1,
      earlyStopping: { minDelta: 0, patience: 1 },
      learningRate: 1e-3,
      seed: 5,
      precision: 'float32',
      threads: 1,
    });
    const model = create(ModelSchema, {
      modelId: MODEL,
      classes: CLASSES,
      parameterCount: BigInt(parameterCount(architecture)),
      weightsSha256: weightsChecksum(weights),
    });
    await this.#objects.put(modelKey(MODEL, 'weights.safetensors'), weights);
    await this.#objects.put(modelKey(MODEL, 'architecture.json'), Buffer.from(JSON.stringify(architecture)));
    await this.#objects.put(modelKey(MODEL, 'model.json'), Buffer.from(toJsonString(ModelSchema, model)));
  }
}

/** The ring as a service that is hosted beside the workers or apart from them. @param onCreated is given the ring */
export async function scoringRingService(onCreated: (ring: ScoringRing) => void): Promise<ServiceDefinition> {
  const noMigrations = await mkdtemp(join(tmpdir(), 'spectrawl-bench-'));
  return defineService({
    name: 'ring',
    config: z.strictObject({}),
    migrations: pathToFileURL(`${noMigrations}/`),
    grpc: [],
    consumes: [hears(shardScored, ScoringRing as never)],
    produces: says(shardScoringRequested),
    calls: [],
    module: {
      providers: [
        {
          provide: ScoringRing,
          inject: [LEDGER, OBJECT_STORE],
          useFactory: (ledger: Ledger<unknown>, objects: ObjectStore) => {
            const ring = new ScoringRing(ledger, objects);
            onCreated(ring);
            return ring;
          },
        },
      ],
    },
  });
}
