import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { create } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import {
  drawNumber,
  finalAuditPlanOf,
  queryPlanOf,
  queryValues,
  summariseShard,
  summaryLimitsFor,
  type CampaignMethod,
} from '@spectrawl/active-learning';
import {
  batchLabelled,
  BatchLabelledSchema,
  batchSelected,
  campaignCompleted,
  decodeIterationPlan,
  IngestionService,
  IterationKind,
  iterationRetried,
  iterationStarted,
  LabellingService,
  modelTrained,
  ModelTrainedSchema,
  poolScored,
  PoolScoredSchema,
  Purpose,
  scoringDelayed,
  ScoringDelayedSchema,
  scoringFailed,
  ScoringFailedSchema,
  SelectionService,
  trainingFailed,
  TrainingFailedSchema,
  type BatchSelected,
  type BatchSelectedSchema,
  type CampaignCompleted,
  type CampaignCompletedSchema,
  type IterationPlan,
  type IterationRetried,
  type IterationRetriedSchema,
  type IterationStarted,
  type IterationStartedSchema,
} from '@spectrawl/contracts';
import type { Ledger, LedgerTransaction, ReceivedEvent } from '@spectrawl/event-bus';
import { connect, createServer, type ServiceClient } from '@spectrawl/grpc';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import {
  batchKey,
  bytesSource,
  planKey,
  readBatch,
  scoresKey,
  summaryKey,
  writeScores,
  writeSummary,
  type BatchData,
} from '@spectrawl/pool';
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
import { Arrivals, CLASSES, ingestionStandIn, LabellingStandIn, lineFeatures, storePool } from '@spectrawl/testing';
import { z } from 'zod';
import { selectionService } from '../src/service.ts';

export const POOL = 'survey';
export const SEED_POOL = 'seed';
/** A sealed pool without any label. */
export const UNLABELLED_POOL = 'unlabelled';
export const OPEN_POOL = 'open';

/** A spectrum of the searched pool, and what it shows. */
interface TrueSpectrum {
  id: string;
  features: Float32Array;
  shape: number;
  designation?: string;
  ra?: number;
  dec?: number;
  snr?: number;
}

/** 150 spectra in three shards, of which 25 show a single and 12 a double peak. Every fourth states nothing but its id. */
export const SHARDS: readonly (readonly TrueSpectrum[])[] = [80, 20, 50].map((rows, shard) =>
  Array.from({ length: rows }, (_, row): TrueSpectrum => {
    const id = `${shard}-${String(row).padStart(3, '0')}`;
    const shape = row % 12 === 5 ? 2 : row % 6 === 0 ? 1 : 0;
    const facts = {
      designation: `J${id} & <co>`,
      ra: drawNumber(1, 'query', id) * 360,
      dec: drawNumber(2, 'query', id) * 180 - 90,
      snr: 10 + row,
    };
    return { id, shape, features: lineFeatures(shape, id), ...(row % 4 !== 3 && facts) };
  }),
);

const TRUTH = new Map(SHARDS.flat().map(({ id, shape }) => [id, shape]));
export const POOL_SIZE = TRUTH.size;
export const classOfSpectrum = (id: string): string => CLASSES[TRUTH.get(id)!]!;

type Tables = Record<string, never>;

/**
 * The ring around selection: trains, scores and labels as the other services' contracts say, by the truth and some noise. It does
 * so by itself, except for campaigns in `byHand`: for these a test says when.
 */
@Injectable()
export class RingPartner {
  readonly started = new Arrivals<IterationStarted>();
  /** Trace of each iteration-started and batch-selected, by what was said. */
  readonly traces = new Map<string, string>();
  readonly selected = new Arrivals<BatchSelected>();
  readonly completed = new Arrivals<CampaignCompleted>();
  /** Campaigns whose steps a test says. */
  readonly byHand = new Set<string>();
  /** Campaigns in which every event is said twice. */
  readonly stuttering = new Set<string>();
  /** What annotators pick out themselves and answer with a batch, by campaign and iteration: spectrum and answer. */
  readonly choices = new Map<string, readonly (readonly [string, string])[]>();
  /** Campaigns whose model takes everything for absorption. */
  readonly blind = new Set<string>();
  readonly retried = new Arrivals<IterationRetried>();
  #sayings = 0;

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Tables>,
    @Inject(OBJECT_STORE) readonly objects: ObjectStore,
    @Inject(LabellingStandIn) readonly labels: LabellingStandIn,
  ) {}

  async plan(campaignId: string, iteration: number): Promise<IterationPlan> {
    return decodeIterationPlan(await this.objects.get(planKey(campaignId, iteration)));
  }

  async batch(campaignId: string, iteration: number): Promise<BatchData> {
    return (await readBatch(bytesSource(await this.objects.get(batchKey(campaignId, iteration))))).rows;
  }

  async sayTrained(campaignId: string, iteration: number): Promise<void> {
    const modelId = `${campaignId}-${iteration}`;
    const message = create(ModelTrainedSchema, {
      campaignId,
      iteration,
      modelId,
      planKey: planKey(campaignId, iteration),
    });
    await this.#say(campaignId, `${modelId} trained`, (tx, id) => tx.publish(modelTrained, message, { id }));
  }

  async sayFailed(campaignId: string, iteration: number, message: string): Promise<void> {
    const event = create(TrainingFailedSchema, { campaignId, iteration, message });
    const name = `${campaignId}-${iteration} failed`;
    await this.#say(campaignId, name, (tx, id) => tx.publish(trainingFailed, event, { id }));
  }

  async sayScoringFailed(campaignId: string, iteration: number, message: string): Promise<void> {
    const event = create(ScoringFailedSchema, { campaignId, iteration, message });
    await this.#say(campaignId, `${campaignId} not scored`, (tx, id) => tx.publish(scoringFailed, event, { id }));
  }

  /** @param message empty when it goes on */
  async sayDelayed(campaignId: string, iteration: number, message: string): Promise<void> {
    const event = create(ScoringDelayedSchema, { campaignId, iteration, message });
    await this.#say(campaignId, `${campaignId} delayed`, (tx, id) => tx.publish(scoringDelayed, event, { id }));
  }

  /** Says that the pool is scored, though one shard has left no summary. */
  async sayHalfScored(campaignId: string, iteration: number): Promise<void> {
    await this.score(campaignId, iteration, [1]);
  }

  /**
   * Scores the pool by the truth: surer with each iteration, never quite sure, and right about nine times out of ten.
   * @param lost shards of which the scores are lost before it is told
   */
  async score(campaignId: string, iteration: number, lost: readonly number[] = []): Promise<void> {
    const plan = await this.plan(campaignId, iteration);
    const excluded = new Set(plan.excludedSpectrumIds);
    for (const [shard, spectra] of SHARDS.entries()) await this.#scoreShard(plan, shard, spectra, excluded);
    for (const shard of lost) await this.objects.delete(summaryKey(campaignId, iteration, shard));
    const name = `${campaignId}-${iteration}`;
    const message = create(PoolScoredSchema, {
      campaignId,
      iteration,
      scoringRunId: name,
      modelId: name,
      shards: SHARDS.length,
    });
    await this.#say(campaignId, `${name} scored`, (tx, id) => tx.publish(poolScored, message, { id }));
  }

  /** Answers a batch by the truth, but for its last question, which it can't decide. */
  async answer(campaignId: string, iteration: number): Promise<void> {
    const { id: ids, purpose } = await this.batch(campaignId, iteration);
    for (const [at, spectrumId] of ids.entries()) {
      this.labels.add({
        poolId: POOL,
        spectrumId,
        campaignId,
        iteration,
        purpose: purpose[at] === 'audit' ? Purpose.AUDIT : Purpose.QUERY,
        answer: at === ids.length - 1 ? 'unsure' : classOfSpectrum(spectrumId),
      });
    }
    for (const [spectrumId, answer] of this.choices.get(`${campaignId} ${iteration}`) ?? []) {
      this.labels.add({ poolId: POOL, spectrumId, campaignId, iteration, purpose: Purpose.CHOICE, answer });
    }
    const labelPosition = BigInt(this.labels.log.length);
    const message = create(BatchLabelledSchema, { campaignId, iteration, labelPosition });
    const name = `${campaignId}-${iteration} labelled`;
    await this.#say(campaignId, name, (tx, id) => tx.publish(batchLabelled, message, { id }));
  }

  async #say(
    campaignId: string,
    name: string,
    publish: (tx: LedgerTransaction<Tables>, id: string) => string,
  ): Promise<void> {
    const saying = (this.#sayings += 1);
    await this.ledger.transaction(async (tx) => {
      publish(tx, `${name} ${saying}`);
    });
    if (!this.stuttering.has(campaignId)) return;
    await this.ledger.transaction(async (tx) => {
      publish(tx, `${name} ${saying}`);
    });
  }

  async #scoreShard(
    plan: IterationPlan,
    shard: number,
    spectra: readonly TrueSpectrum[],
    excludedIds: ReadonlySet<string>,
  ): Promise<void> {
    const { campaignId, iteration, seed } = plan;
    const method = plan.method as unknown as CampaignMethod;
    const ids = spectra.map(({ id }) => id);
    const probabilities = Float32Array.from(
      spectra.flatMap(({ id, shape }) => {
        const isRight = drawNumber(iteration, 'stratum', id) > 0.1;
        const said = this.blind.has(campaignId) ? 0 : isRight ? shape : (shape + 1) % CLASSES.length;
        const most = 0.5 + (0.3 + 0.1 * Math.min(iteration, 1)) * drawNumber(iteration, 'query', id);
        return CLASSES.map((_, label) => (label === said ? most : (1 - most) / 2));
      }),
    );
    const { strategy } = method.query;
    const scored = { ids, probabilities, classCount: CLASSES.length, seed };
    const excluded = ids.map((id) => excludedIds.has(id));
    const scores = await writeScores(
      {
        id: ids,
        probabilities,
        model_probabilities: probabilities,
        uncertainty: Float32Array.from(queryValues(strategy, scored)),
        excluded,
      },
      { campaign: campaignId, iteration, pool: POOL, shard, models: ['m'], classes: CLASSES, strategy },
    );
    await this.objects.put(scoresKey(campaignId, iteration, shard), scores);
    const planOf = plan.kind === IterationKind.FINAL ? finalAuditPlanOf : queryPlanOf;
    const features = Float32Array.from(spectra.flatMap((spectrum) => [...spectrum.features]));
    const summary = summariseShard({
      ...scored,
      shard,
      features,
      excluded: (row) => excluded[row]!,
      strategy,
      limits: summaryLimitsFor(planOf(method)),
    });
    await this.objects.put(summaryKey(campaignId, iteration, shard), await writeSummary(summary));
  }
}

/** The trace that a W3C `traceparent` names. */
function traceIdOf(traceparent = ''): string {
  return traceparent.split('-')[1] ?? '';
}

@Injectable()
class IterationStartedHeard implements EventConsumer<typeof IterationStartedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(event: IterationStarted, { traceparent }: ReceivedEvent): Promise<void> {
    const { campaignId, iteration } = event;
    this.partner.traces.set(`${campaignId} ${iteration} started`, traceIdOf(traceparent));
    if (!this.partner.byHand.has(campaignId)) {
      await this.partner.sayTrained(campaignId, iteration);
      await this.partner.score(campaignId, iteration);
    }
    this.partner.started.add(event);
  }
}

@Injectable()
class IterationRetriedHeard implements EventConsumer<typeof IterationRetriedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(event: IterationRetried): Promise<void> {
    this.partner.retried.add(event);
    await this.partner.score(event.campaignId, event.iteration);
  }
}

@Injectable()
class BatchSelectedHeard implements EventConsumer<typeof BatchSelectedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(event: BatchSelected, { traceparent }: ReceivedEvent): Promise<void> {
    const { campaignId, iteration } = event;
    this.partner.traces.set(`${campaignId} ${iteration} selected`, traceIdOf(traceparent));
    if (!this.partner.byHand.has(campaignId)) await this.partner.answer(campaignId, iteration);
    this.partner.selected.add(event);
  }
}

@Injectable()
class CampaignCompletedHeard implements EventConsumer<typeof CampaignCompletedSchema> {
  constructor(@Inject(RingPartner) private readonly partner: RingPartner) {}

  async handle(event: CampaignCompleted): Promise<void> {
    this.partner.completed.add(event);
  }
}

/** Selection at work, in a ring that it can't tell from the real one. */
export interface SelectionAtWork {
  selection: ServiceClient<typeof SelectionService>;
  partner: RingPartner;
  /** Path of an object, for readers other than ours. */
  pathOf(key: string): string;
  stop(): Promise<void>;
}

export async function startSelection(): Promise<SelectionAtWork> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-selection-'));
  const noMigrations = await mkdtemp(join(folder, 'no-migrations-'));
  const directory = join(folder, 'store');
  const labels = new LabellingStandIn();
  let partner: RingPartner | undefined;
  const partnerService = defineService({
    name: 'partner',
    config: z.strictObject({}),
    migrations: pathToFileURL(`${noMigrations}/`),
    grpc: [],
    consumes: [
      hears(iterationStarted, IterationStartedHeard),
      hears(iterationRetried, IterationRetriedHeard),
      hears(batchSelected, BatchSelectedHeard),
      hears(campaignCompleted, CampaignCompletedHeard),
    ],
    produces: says(modelTrained, trainingFailed, poolScored, scoringFailed, scoringDelayed, batchLabelled),
    calls: [],
    module: {
      providers: [
        {
          provide: RingPartner,
          inject: [LEDGER, OBJECT_STORE],
          useFactory: (ledger: Ledger<Tables>, store: ObjectStore) =>
            (partner = new RingPartner(ledger, store, labels)),
        },
        IterationStartedHeard,
        IterationRetriedHeard,
        BatchSelectedHeard,
        CampaignCompletedHeard,
      ],
    },
  });

  const store = await openObjectStore({ kind: 'filesystem', directory });
  const seed = Array.from({ length: 9 }, (_, at) => ({
    id: `seed-${at}`,
    features: lineFeatures(at % CLASSES.length, `${at}`),
  }));
  const pools = [
    await storePool(store, POOL, SHARDS),
    await storePool(store, SEED_POOL, [seed]),
    await storePool(store, UNLABELLED_POOL, [seed]),
  ];
  for (const [at, { id }] of seed.entries()) {
    labels.add({ poolId: SEED_POOL, spectrumId: id, answer: CLASSES[at % CLASSES.length]! });
  }
  const others = createServer();
  others.add(IngestionService, ingestionStandIn(pools, [OPEN_POOL]));
  others.add(LabellingService, labels.handlers());
  const address = `127.0.0.1:${await others.listen('127.0.0.1', 0)}`;

  const services = [selectionService, partnerService];
  const config = loadConfig(
    services,
    JSON.stringify({
      grpc: { port: 0 },
      addresses: { ingestion: address, labelling: address },
      database: { kind: 'pglite', directory: 'memory' },
      objectStore: { kind: 'filesystem', directory },
      eventBus: { kind: 'embedded' },
    }),
    {},
  );
  const running = await runServices(services, config);
  const channel = connect(running.address);
  return {
    selection: channel.client(SelectionService),
    partner: partner!,
    pathOf: (key) => join(directory, 'objects', key),
    async stop() {
      channel.close();
      await running.stop();
      await others.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
