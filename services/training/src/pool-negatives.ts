import { Inject, Injectable } from '@nestjs/common';
import { createDraw, type CampaignMethod } from '@spectrawl/active-learning';
import type { IterationPlan } from '@spectrawl/contracts';
import { FEATURE_COUNT } from '@spectrawl/pool';
import { Computation } from './computation.ts';
import { StoredFeatures } from './stored-features.ts';
import { StoredModels } from './stored-models.ts';
import type { Example } from './training-set.ts';

/** Rows that are classified at a time, as a multiple of those wanted: where positives are rare, once is enough. */
const LOOK_AHEAD = 2;

/**
 * Random spectra of the pool, taken as the first class without asking anyone: right for nearly all of them where the others are
 * rare. Spectra that the last model calls positive are left out, since among them it may be wrong.
 */
@Injectable()
export class PoolNegatives {
  constructor(
    @Inject(StoredFeatures) private readonly features: StoredFeatures,
    @Inject(StoredModels) private readonly models: StoredModels,
    @Inject(Computation) private readonly computation: Computation,
  ) {}

  /** At most as many as the method asks for: fewer where the pool's reservoir has no more. */
  async draw(plan: IterationPlan, method: CampaignMethod, signal: AbortSignal): Promise<Example[]> {
    const { count, fromIteration } = method.training.poolNegatives;
    if (count === 0 || plan.iteration < fromIteration) return [];
    const excluded = new Set(plan.excludedSpectrumIds);
    const order = createDraw(plan.seed, 'exploration');
    const rows = (await this.features.reservoir(plan.poolId))
      .filter(({ id }) => !excluded.has(id))
      .map((row) => ({ ...row, priority: order(row.id) }))
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
    const chosen = await this.#calledNegative(plan, method, rows, signal);
    return chosen.map(({ id, features }) => ({
      poolId: plan.poolId,
      spectrumId: id,
      classIndex: 0,
      weight: 1,
      origin: 'pool-negative',
      features,
    }));
  }

  /** The first rows that the last model does not call positive; no more of them are looked at than need be. */
  async #calledNegative<R extends { features: Float32Array }>(
    { earlierModelIds: [last] }: IterationPlan,
    { classes, training }: CampaignMethod,
    rows: readonly R[],
    signal: AbortSignal,
  ): Promise<R[]> {
    const { count } = training.poolNegatives;
    if (last === undefined) return rows.slice(0, count);
    const network = await this.models.network(last);
    const negative: R[] = [];
    const step = LOOK_AHEAD * count;
    for (let start = 0; start < rows.length && negative.length < count; start += step) {
      const part = rows.slice(start, start + step);
      const features = new Float32Array(part.length * FEATURE_COUNT);
      for (const [at, row] of part.entries()) features.set(row.features, at * FEATURE_COUNT);
      const predicted = await this.computation.classify(network, features, classes.length, signal);
      negative.push(...part.filter((_, at) => predicted[at] === 0));
    }
    return negative.slice(0, count);
  }
}
