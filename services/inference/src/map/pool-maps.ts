import { setTimeout as passed } from 'node:timers/promises';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { GetPoolMapRequest, GetPoolMapResponseSchema } from '@spectrawl/contracts';
import { BoundedStreams, ServiceError, type CallContext } from '@spectrawl/grpc';
import { ObjectNotFoundError, rangedObject, type ObjectStore } from '@spectrawl/object-store';
import { openPoolMap, poolMapKey } from '@spectrawl/pool';
import { OBJECT_STORE } from '@spectrawl/runtime';
import { ScoringRunRepository, type ScoringRunRow } from '../scoring-run.repository.ts';
import { ComputePoolMap, type Progress } from './compute-pool-map.ts';

/** Points of one message: the contract's number. */
const CHUNK = 4096;
/** Streams that are read at a time; each has some 300 kB of points in memory. */
const MOST_STREAMS = 64;
/** Milliseconds between two messages of progress. */
const TOLD_EVERY = 500;

type Part = MessageInitShape<typeof GetPoolMapResponseSchema>;
type StoredMap = Awaited<ReturnType<typeof openPoolMap>>;

/** A map that is being computed, or waits for its turn. */
interface Computing {
  progress: Progress | undefined;
  readonly done: Promise<void>;
}

/** Streams maps from the object store, and has those computed that nobody asked for before. */
@Injectable()
export class PoolMaps implements OnModuleDestroy {
  readonly #streams = new BoundedStreams(MOST_STREAMS, 'maps');
  readonly #computing = new Map<string, Computing>();
  readonly #stopping = new AbortController();
  /** One map at a time: each takes a core, and the network. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(ScoringRunRepository) private readonly runs: ScoringRunRepository,
    @Inject(ComputePoolMap) private readonly computation: ComputePoolMap,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
  ) {}

  /** @throws {ServiceError} SCORING_RUN_NOT_FOUND, SCORING_RUN_UNFINISHED, TOO_MANY_CALLS, STOPPING */
  stream(request: GetPoolMapRequest, context: Pick<CallContext, 'signal' | 'draining'>): AsyncGenerator<Part> {
    return this.#streams.open(this.#parts(request, context));
  }

  onModuleDestroy(): void {
    this.#stopping.abort(new Error('the service is stopping'));
  }

  async *#parts(
    { campaignId, iteration }: GetPoolMapRequest,
    { signal, draining }: Pick<CallContext, 'signal' | 'draining'>,
  ): AsyncGenerator<Part> {
    const run = await (iteration === undefined
      ? this.runs.latestScored(campaignId)
      : this.runs.scored(`${campaignId}-${iteration}`));
    let map = await this.#stored(run);
    if (!map) {
      const computing = this.#compute(run);
      while (!(await Promise.race([computing.done.then(() => true), passed(TOLD_EVERY, false)]))) {
        signal.throwIfAborted();
        if (draining.aborted) throw new ServiceError('STOPPING', 'the service is stopping: ask for the map again');
        if (computing.progress) yield { part: { case: 'progress', value: computing.progress } };
      }
      map = await this.#stored(run);
      if (!map) throw new Error(`the map of scoring run ${run.scoring_run_id} was computed and is gone`);
    }
    yield* contents(map);
  }

  /** The map of a run, unless it is not there or of another model. */
  async #stored({ campaign_id: campaignId, iteration, model_id: modelId }: ScoringRunRow) {
    try {
      const map = await openPoolMap(await rangedObject(this.objects, poolMapKey(campaignId, iteration)));
      return map.description.model === modelId ? map : undefined;
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return undefined;
      throw error;
    }
  }

  /** Whoever asks while a map is being computed waits for the same one. */
  #compute(run: ScoringRunRow): Computing {
    const id = run.scoring_run_id;
    const known = this.#computing.get(id);
    if (known) return known;
    const compute = async (): Promise<void> => {
      try {
        const told = (progress: Progress): void => void (computing.progress = progress);
        await this.computation.compute(run, told, this.#stopping.signal);
      } finally {
        this.#computing.delete(id);
      }
    };
    const computing: Computing = { progress: undefined, done: this.#turn.then(compute) };
    this.#turn = computing.done.catch(() => undefined);
    this.#computing.set(id, computing);
    return computing;
  }
}

async function* contents(map: StoredMap): AsyncGenerator<Part> {
  const { campaign, iteration, model, pool, poolRows, classes, labelledPoints } = map.description;
  yield {
    part: {
      case: 'map',
      value: {
        campaignId: campaign,
        iteration,
        modelId: model,
        poolId: pool,
        classes,
        points: map.rows - labelledPoints,
        labelledPoints,
        poolRows: BigInt(poolRows),
      },
    },
  };
  for (let start = 0; start < map.rows; start += CHUNK) {
    const rows = await map.read({ rows: { start, end: Math.min(start + CHUNK, map.rows) } });
    // A message is about one pool, and about labelled spectra or others.
    for (let from = 0, to = 1; from < rows.id.length; from = to, to += 1) {
      while (to < rows.id.length && rows.pool[to] === rows.pool[from] && rows.labelled[to] === rows.labelled[from])
        to += 1;
      yield {
        part: {
          case: 'points',
          value: {
            poolId: rows.pool[from]!,
            labelled: rows.labelled[from]!,
            spectrumIds: rows.id.slice(from, to),
            x: [...rows.x.subarray(from, to)],
            y: [...rows.y.subarray(from, to)],
            classIndices: [...rows.class.subarray(from, to)],
            probabilities: [...rows.probability.subarray(from, to)],
          },
        },
      };
    }
  }
}
