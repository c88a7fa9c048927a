import { Inject, Injectable } from '@nestjs/common';
import { createDraw, type CampaignMethod } from '@spectrawl/active-learning';
import type { IterationPlan } from '@spectrawl/contracts';
import { FEATURE_COUNT } from '@spectrawl/pool';
import { Computation } from './computation.ts';
import { StoredFeatures } from './stored-features.ts';
import { StoredModels } from './stored-models.ts';
import type { Example } from './training-set.ts';

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

  async draw(plan: IterationPlan, method: CampaignMethod): Promise<Example[]> {
    const { count, fromIteration } = method.training.poolNegatives;
    if (count === 0 || plan.iteration < fromIteration) return [];
    const excluded = new Set(plan.excludedSpectrumIds);
    const order = createDraw(plan.seed, 'exploration');
    const rows = (await this.features.reservoir(plan.poolId))
      .filter(({ id }) => !excluded.has(id))
      .map((row) => ({ ...row, priority: order(row.id) }))
      .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
    const chosen = (await this.#calledNegative(plan, method, rows)).slice(0, count);
    return chosen.map(({ id, features }) => ({
      poolId: plan.poolId,
      spectrumId: id,
      classIndex: 0,
      weight: 1,
      origin: 'pool-negative',
      features,
    }));
  }

  async #calledNegative<R extends { features: Float32Array }>(
    { earlierModelIds: [last] }: IterationPlan,
    { classes }: CampaignMethod,
    rows: readonly R[],
  ): Promise<readonly R[]> {
    if (last === undefined) return rows;
    const features = new Float32Array(rows.length * FEATURE_COUNT);
    for (const [at, row] of rows.entries()) features.set(row.features, at * FEATURE_COUNT);
    const predicted = await this.computation.classify(await this.models.network(last), features, classes.length);
    return rows.filter((_, at) => predicted[at] === 0);
  }
}
