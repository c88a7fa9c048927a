import { fromJson, toJson } from '@bufbuild/protobuf';
import { Inject, Injectable } from '@nestjs/common';
import { ModelSchema, type Model } from '@spectrawl/contracts';
import { jsonb, type Selectable, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import { numberAfter, ServiceError, type PageRequest } from '@spectrawl/grpc';
import type { TrainingProgress } from '@spectrawl/network';
import { DATABASE } from '@spectrawl/runtime';
import type { Tables, TrainingRunsTable, TrainingRunState } from './tables.ts';

export type TrainingRunRow = Selectable<TrainingRunsTable>;

/** Training runs and the models that came of them; both are named `<campaign>-<iteration>`. */
@Injectable()
export class TrainingRunRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** @throws {ServiceError} TRAINING_RUN_NOT_FOUND */
  async run(trainingRunId: string): Promise<TrainingRunRow> {
    const row = await this.database.db
      .selectFrom('training_runs')
      .selectAll()
      .where('training_run_id', '=', trainingRunId)
      .executeTakeFirst();
    if (row) return row;
    throw new ServiceError(
      'TRAINING_RUN_NOT_FOUND',
      `there is no training run "${trainingRunId}": see ListTrainingRuns`,
    );
  }

  /** @throws {ServiceError} BAD_PAGE_TOKEN */
  async runs(campaignId: string, { size, after }: PageRequest): Promise<TrainingRunRow[]> {
    return await this.database.db
      .selectFrom('training_runs')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('iteration', '>', numberAfter(after, -1))
      .orderBy('iteration')
      .limit(size + 1)
      .execute();
  }

  async progress(trainingRunId: string, progress: TrainingProgress): Promise<void> {
    await this.database.db
      .updateTable('training_runs')
      .set({ state: 'training', progress: jsonb(progress) })
      .where('training_run_id', '=', trainingRunId)
      .where('end_time', 'is', null)
      .execute();
  }

  /** @throws {ServiceError} MODEL_NOT_FOUND */
  async model(modelId: string): Promise<Model> {
    const row = await this.database.db
      .selectFrom('models')
      .select('model')
      .where('model_id', '=', modelId)
      .executeTakeFirst();
    if (!row) throw new ServiceError('MODEL_NOT_FOUND', `there is no model "${modelId}": see ListModels`);
    return fromJson(ModelSchema, row.model);
  }

  /**
   * Models by campaign and iteration; of one campaign where `campaignId` is not empty.
   * @throws {ServiceError} BAD_PAGE_TOKEN
   */
  async models(campaignId: string, { size, after }: PageRequest): Promise<Model[]> {
    let query = this.database.db.selectFrom('models').select('model');
    if (campaignId !== '') query = query.where('campaign_id', '=', campaignId);
    if (after !== undefined) {
      const [campaign = '', iteration = ''] = after.split('/');
      const number = numberAfter(iteration, -1);
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('campaign_id', 'iteration'), '>', tuple(campaign, number)),
      );
    }
    const rows = await query
      .orderBy('campaign_id')
      .orderBy('iteration')
      .limit(size + 1)
      .execute();
    return rows.map((row) => fromJson(ModelSchema, row.model));
  }
}

/** State of a run, which nobody else changes until the transaction ends; undefined when there is none. */
export async function lockRun(db: Transaction<Tables>, trainingRunId: string): Promise<TrainingRunState | undefined> {
  const row = await db
    .selectFrom('training_runs')
    .select('state')
    .where('training_run_id', '=', trainingRunId)
    .forUpdate()
    .executeTakeFirst();
  return row?.state;
}

/** Notes in a transaction that a run began, or begins again after a crash or a failure. */
export async function beginRun(
  db: Transaction<Tables>,
  run: Pick<TrainingRunRow, 'training_run_id' | 'campaign_id' | 'iteration' | 'create_time'>,
): Promise<void> {
  await db
    .insertInto('training_runs')
    .values({ ...run, state: 'preparing', progress: jsonb(null), end_time: null })
    .onConflict((conflict) =>
      conflict
        .column('training_run_id')
        .doUpdateSet({ state: 'preparing', progress: jsonb(null), error: '', end_time: null }),
    )
    .execute();
}

/** Ends a run in a transaction: with a model, or with the reason why there is none. */
export async function endRun(
  db: Transaction<Tables>,
  trainingRunId: string,
  endTime: Date,
  outcome: { model: Model } | { error: string },
): Promise<void> {
  const failed = 'error' in outcome;
  await db
    .updateTable('training_runs')
    .set({ state: failed ? 'failed' : 'succeeded', end_time: endTime, error: failed ? outcome.error : '' })
    .where('training_run_id', '=', trainingRunId)
    .execute();
  if (failed) return;
  const { modelId, campaignId, iteration } = outcome.model;
  await db
    .insertInto('models')
    .values({
      model_id: modelId,
      campaign_id: campaignId,
      iteration,
      model: jsonb(toJson(ModelSchema, outcome.model)),
    })
    .execute();
}
