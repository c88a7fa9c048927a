import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create, toJsonString } from '@bufbuild/protobuf';
import {
  batchLabelled,
  type BatchLabelledSchema,
  batchSelected,
  BatchSelectedSchema,
  IterationPlanSchema,
  type BatchLabelled,
} from '@spectrawl/contracts';
import type { Ledger } from '@spectrawl/event-bus';
import type { ObjectStore } from '@spectrawl/object-store';
import { batchKey, FEATURE_COUNT, planKey, writeBatch } from '@spectrawl/pool';
import {
  defineService,
  hears,
  LEDGER,
  OBJECT_STORE,
  says,
  type EventConsumer,
  type ServiceDefinition,
} from '@spectrawl/runtime';
import { storePool } from '@spectrawl/testing';
import { z } from 'zod';

/** The pool that campaigns search. */
export const POOL = 'survey';
export const CLASSES = ['absorption', 'single-peak', 'double-peak'];

/** One spectrum that a batch asks about. */
export interface Question {
  id: string;
  purpose: 'query' | 'audit';
}

/** `queries` spectra q-0, q-1, … and `audits` spectra a-0, a-1, … */
export function questions(queries: number, audits: number): Question[] {
  return [
    ...Array.from({ length: queries }, (_, i): Question => ({ id: `q-${i}`, purpose: 'query' })),
    ...Array.from({ length: audits }, (_, i): Question => ({ id: `a-${i}`, purpose: 'audit' })),
  ];
}

/** The network's probabilities of row `at` of a batch, in the order of the classes. */
export const probabilitiesOf = (at: number): number[] => [0.1, 0.7 - at / 1000, 0.2 + at / 1000].map(Math.fround);

/** What selection does around labelling, and nothing else of it: draws batches, and hears that they are labelled. */
export class SelectionStandIn implements EventConsumer<typeof BatchLabelledSchema> {
  readonly heard: BatchLabelled[] = [];
  readonly #ledger: Ledger<unknown>;
  readonly #objects: ObjectStore;
  #wake = Promise.withResolvers<void>();

  constructor(ledger: Ledger<unknown>, objects: ObjectStore) {
    this.#ledger = ledger;
    this.#objects = objects;
  }

  async handle(message: BatchLabelled): Promise<void> {
    this.heard.push(message);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Resolves when batch-labelled was heard of an iteration, perhaps long ago. */
  async hearsOf(campaignId: string, iteration: number): Promise<BatchLabelled> {
    for (;;) {
      const message = this.heard.find((event) => event.campaignId === campaignId && event.iteration === iteration);
      if (message) return message;
      await this.#wake.promise;
    }
  }

  /** Stores a sealed pool of two shards, as ingestion does. */
  async storePool(ids: readonly string[]): Promise<void> {
    const spectra = ids.map((id) => ({ id, features: new Float32Array(FEATURE_COUNT) }));
    await storePool(this.#objects, POOL, [spectra.slice(0, spectra.length / 2), spectra.slice(spectra.length / 2)]);
  }

  /** Stores a batch and its plan. */
  async store(campaignId: string, iteration: number, asked: readonly Question[]): Promise<void> {
    const plan = create(IterationPlanSchema, {
      campaignId,
      iteration,
      seed: 20_201_122n,
      poolId: POOL,
      method: { classes: CLASSES },
    });
    await this.#objects.put(planKey(campaignId, iteration), Buffer.from(toJsonString(IterationPlanSchema, plan)));
    const batch = await writeBatch(
      {
        id: asked.map(({ id }) => id),
        shard: Int32Array.from(asked, () => 0),
        row: Int32Array.from(asked.keys()),
        features: new Float32Array(asked.length * FEATURE_COUNT),
        probabilities: Float32Array.from(asked.flatMap((_, at) => probabilitiesOf(at))),
        purpose: asked.map(({ purpose }) => purpose),
        reason: asked.map(({ purpose }, at) => (purpose === 'audit' ? 'audit' : `margin rank ${at + 1}`)),
        rank: Int32Array.from(asked.keys()),
        inclusion_probability: Float64Array.from(asked, () => 1),
      },
      {
        campaign: campaignId,
        iteration,
        model: modelOf(iteration),
        classes: CLASSES,
        seed: '7',
        featureCount: FEATURE_COUNT,
      },
    );
    await this.#objects.put(batchKey(campaignId, iteration), batch);
  }

  /** Says batch-selected of a stored batch. @param id of the event */
  async say(campaignId: string, iteration: number, tasks: number, id?: string): Promise<void> {
    const message = create(BatchSelectedSchema, {
      campaignId,
      iteration,
      batchKey: batchKey(campaignId, iteration),
      planKey: planKey(campaignId, iteration),
      modelId: modelOf(iteration),
      tasks,
    });
    await this.#ledger.transaction(async (tx) => {
      tx.publish(batchSelected, message, id === undefined ? {} : { id });
    });
  }
}

export const modelOf = (iteration: number): string => `model-${iteration}`;

/** The stand-in as a service, hosted beside labelling. @param folder where it may make one @param onCreated is given the stand-in */
export async function selectionStandInService(
  folder: string,
  onCreated: (selection: SelectionStandIn) => void,
): Promise<ServiceDefinition> {
  const noMigrations = await mkdtemp(join(folder, 'no-migrations-'));
  return defineService({
    name: 'selection',
    config: z.strictObject({}),
    migrations: pathToFileURL(`${noMigrations}/`),
    grpc: [],
    consumes: [hears(batchLabelled, SelectionStandIn as never)],
    produces: says(batchSelected),
    calls: [],
    module: {
      providers: [
        {
          provide: SelectionStandIn,
          inject: [LEDGER, OBJECT_STORE],
          useFactory: (ledger: Ledger<unknown>, objects: ObjectStore) => {
            const selection = new SelectionStandIn(ledger, objects);
            onCreated(selection);
            return selection;
          },
        },
      ],
    },
  });
}
