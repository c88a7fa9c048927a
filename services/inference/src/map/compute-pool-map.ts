import { Inject, Injectable } from '@nestjs/common';
import { decodeIterationPlan, MapProgress_Step, type IterationPlan } from '@spectrawl/contracts';
import { rangedObject, type ObjectStore } from '@spectrawl/object-store';
import {
  FEATURE_COUNT,
  manifestKey,
  parseManifest,
  planKey,
  poolMapKey,
  readScores,
  scoresKey,
  writePoolMap,
} from '@spectrawl/pool';
import { LOGGER, OBJECT_STORE } from '@spectrawl/runtime';
import { withSpan, type Logger } from '@spectrawl/telemetry';
import { Prediction } from '../prediction.ts';
import type { ScoringRunRow } from '../scoring-run.repository.ts';
import { StoredModels } from '../stored-model.ts';
import { drawPool, type DrawnSpectra } from './draw-pool.ts';
import { LabelledSpectra, type LabelledFeatures } from './labelled-spectra.ts';
import { chooseLandmarks } from './landmarks.ts';
import { layOutMap } from './lay-out-map.ts';

/** Spectra of the pool on a map, at most: the contract's number. */
const MOST_POINTS = 100_000;
/** Spectra that the network looks at in one go: so few that other questions to it need not wait long. */
const LOOKED_AT = 256;

/** How far a map is. */
export interface Progress {
  step: MapProgress_Step;
  /** Part of the step, 0 to 1. */
  done: number;
}

/** Computes the map of an iteration and stores it. Computing it again gives the same map. */
@Injectable()
export class ComputePoolMap {
  constructor(
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(LabelledSpectra) private readonly labelled: LabelledSpectra,
    @Inject(Prediction) private readonly prediction: Prediction,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async compute(run: ScoringRunRow, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
    const { campaign_id: campaignId, iteration } = run;
    await withSpan('compute map', {}, () => this.#compute(run, onProgress, signal));
    this.log.info({ campaign: campaignId, iteration }, 'map computed');
  }

  async #compute(run: ScoringRunRow, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<void> {
    const { campaign_id: campaignId, iteration, model_id: modelId } = run;
    const told =
      (step: MapProgress_Step) =>
      (done: number): void =>
        onProgress({ step, done });
    const plan = decodeIterationPlan(await this.objects.get(planKey(campaignId, iteration)));
    const { shards } = parseManifest(new TextDecoder().decode(await this.objects.get(manifestKey(plan.poolId))));
    const open = (key: string) => rangedObject(this.objects, key);
    const drawn = await drawPool(shards, MOST_POINTS, open, told(MapProgress_Step.READING), signal);
    const labelled = await this.labelled.of(modelId, plan);
    const { model, network } = await this.models.get(modelId);
    const answers = await this.#answers(plan, drawn, model.classes.length);
    const { order, landmarks } = chooseLandmarks(answers.classes, labelled.spectra.length);

    const { prediction } = this;
    const looking = told(MapProgress_Step.LOOKING);
    async function* represented(): AsyncGenerator<Float32Array<ArrayBuffer>> {
      for (let start = 0; start < order.length; start += LOOKED_AT) {
        looking(start / order.length);
        const features = featuresOf(order.subarray(start, start + LOOKED_AT), drawn, labelled);
        yield Float32Array.from(await prediction.represent(network, features, signal));
      }
    }
    const places = await layOutMap({
      width: this.prediction.representationWidth(network),
      landmarks,
      seed: Number(BigInt.asUintN(32, plan.seed)),
      rows: represented(),
      onProgress: told(MapProgress_Step.LAYING_OUT),
      signal,
    });

    const x = new Float32Array(order.length);
    const y = new Float32Array(order.length);
    for (const [at, index] of order.entries()) {
      x[index] = places[2 * at]!;
      y[index] = places[2 * at + 1]!;
    }
    const labels = labelled.spectra;
    const bytes = await writePoolMap(
      {
        pool: [...drawn.ids.map(() => plan.poolId), ...labels.map(({ poolId }) => poolId)],
        id: [...drawn.ids, ...labels.map(({ spectrumId }) => spectrumId)],
        x,
        y,
        class: Int32Array.from([...answers.classes, ...labels.map((label) => model.classes.indexOf(label.class))]),
        probability: Float32Array.from([...answers.probabilities, ...labels.map(() => 1)]),
        labelled: [...drawn.ids.map(() => false), ...labels.map(() => true)],
      },
      {
        campaign: campaignId,
        iteration,
        model: modelId,
        pool: plan.poolId,
        poolRows: shards.reduce((sum, { rows }) => sum + rows, 0),
        classes: model.classes,
        labelledPoints: labels.length,
      },
    );
    await this.objects.put(poolMapKey(campaignId, iteration), bytes);
  }

  /** The most probable class of each drawn spectrum, as the pool's scores have it. */
  async #answers({ campaignId, iteration }: IterationPlan, { shards, rows }: DrawnSpectra, classCount: number) {
    const classes = new Int32Array(rows.length);
    const probabilities = new Float32Array(rows.length);
    for (const shard of new Set(shards)) {
      const source = await rangedObject(this.objects, scoresKey(campaignId, iteration, shard));
      const scores = (await readScores(source, { columns: ['probabilities'] })).rows.probabilities;
      for (const [at, row] of rows.entries()) {
        if (shards[at] !== shard) continue;
        const own = scores.subarray(row * classCount, (row + 1) * classCount);
        probabilities[at] = own.reduce((most, value) => Math.max(most, value), 0);
        classes[at] = own.indexOf(probabilities[at]);
      }
    }
    return { classes, probabilities };
  }
}

/** @param indices first those of the drawn spectra, then those of the labelled ones @returns n × 140 */
function featuresOf(indices: Uint32Array, drawn: DrawnSpectra, labelled: LabelledFeatures): Float32Array {
  const features = new Float32Array(indices.length * FEATURE_COUNT);
  for (const [at, index] of indices.entries()) {
    const isDrawn = index < drawn.ids.length;
    const from = isDrawn ? drawn.features : labelled.features;
    const row = isDrawn ? index : index - drawn.ids.length;
    features.set(from.subarray(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT), at * FEATURE_COUNT);
  }
  return features;
}
