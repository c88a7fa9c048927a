import { Inject, Injectable } from '@nestjs/common';
import { jsonb, type Insertable, type Selectable, type ServiceDatabase, type Transaction } from '@spectrawl/database';
import type {
  CandidatesTable,
  CampaignsTable,
  ChoicesTable,
  IterationsTable,
  QuestionsTable,
  Tables,
} from './tables.ts';
import { numberAfter, ServiceError, type PageRequest } from '@spectrawl/grpc';
import { DATABASE } from '@spectrawl/runtime';

export type CampaignRow = Selectable<CampaignsTable>;
export type IterationRow = Selectable<IterationsTable>;
export type QuestionRow = Selectable<QuestionsTable>;

/** Rows of one INSERT: PostgreSQL takes at most 65,535 parameters. */
const ROWS_A_STATEMENT = 1000;

/** Reads campaigns and their iterations; writes go through the transaction that also says the event. */
@Injectable()
export class CampaignRepository {
  constructor(@Inject(DATABASE) private readonly database: ServiceDatabase<Tables>) {}

  /** @throws {ServiceError} CAMPAIGN_NOT_FOUND */
  async campaign(campaignId: string): Promise<CampaignRow> {
    const row = await this.database.db
      .selectFrom('campaigns')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .executeTakeFirst();
    if (!row) {
      throw new ServiceError(
        'CAMPAIGN_NOT_FOUND',
        `there is no campaign "${campaignId}": list them with ListCampaigns`,
      );
    }
    return row;
  }

  async campaignOfRequest(requestId: string): Promise<CampaignRow | undefined> {
    return await this.database.db
      .selectFrom('campaigns')
      .selectAll()
      .where('request_id', '=', requestId)
      .executeTakeFirst();
  }

  async campaigns({ size, after }: PageRequest): Promise<CampaignRow[]> {
    return await this.database.db
      .selectFrom('campaigns')
      .selectAll()
      .where('campaign_id', '>', after ?? '')
      .orderBy('campaign_id')
      .limit(size + 1)
      .execute();
  }

  async countByState(): Promise<Map<CampaignRow['state'], number>> {
    const rows = await this.database.db
      .selectFrom('campaigns')
      .select(['state', (of) => of.fn.countAll<number>().as('count')])
      .groupBy('state')
      .execute();
    return new Map(rows.map(({ state, count }) => [state, count]));
  }

  async iteration(campaignId: string, number: number): Promise<IterationRow | undefined> {
    return await this.database.db
      .selectFrom('iterations')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('number', '=', number)
      .executeTakeFirst();
  }

  /** Iterations after `number` that changed after `revision`, by number. */
  async iterations(campaignId: string, after = -1, limit = 10_000, revision = -1): Promise<IterationRow[]> {
    return await this.database.db
      .selectFrom('iterations')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('number', '>', after)
      .where('revision', '>', revision)
      .orderBy('number')
      .limit(limit)
      .execute();
  }

  async questions(campaignId: string, iteration?: number): Promise<QuestionRow[]> {
    let query = this.database.db.selectFrom('questions').selectAll().where('campaign_id', '=', campaignId);
    if (iteration !== undefined) query = query.where('iteration', '=', iteration);
    return await query.orderBy('spectrum_id').execute();
  }

  /** The spectra that annotators picked out in the campaign's finished iterations. */
  async choices(campaignId: string): Promise<string[]> {
    const rows = await this.database.db
      .selectFrom('choices')
      .select('spectrum_id')
      .distinct()
      .where('campaign_id', '=', campaignId)
      .execute();
    return rows.map(({ spectrum_id }) => spectrum_id);
  }

  /** How many spectra the campaign has asked about, or was asked about, and heard the answer to: those of finished iterations. */
  async labelsSpent(campaignId: string): Promise<number> {
    const { questions, choices } = await this.database.db
      .selectNoFrom((of) => [
        of
          .selectFrom('questions')
          .innerJoin('iterations', (join) =>
            join
              .onRef('iterations.campaign_id', '=', 'questions.campaign_id')
              .onRef('iterations.number', '=', 'questions.iteration'),
          )
          .where('questions.campaign_id', '=', campaignId)
          .where('iterations.step', '=', 'done')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('questions'),
        of
          .selectFrom('choices')
          .where('choices.campaign_id', '=', campaignId)
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .as('choices'),
      ])
      .executeTakeFirstOrThrow();
    return (questions ?? 0) + (choices ?? 0);
  }

  /** @throws {ServiceError} BAD_PAGE_TOKEN */
  async candidates(campaignId: string, className: string, { size, after }: PageRequest) {
    let query = this.database.db
      .selectFrom('candidates')
      .selectAll()
      .where('campaign_id', '=', campaignId)
      .where('rank', '>', numberAfter(after, 0));
    if (className !== '') query = query.where('class', '=', className);
    return await query
      .orderBy('rank')
      .limit(size + 1)
      .execute();
  }
}

/** The iteration that a campaign is at, read in the transaction that has locked it. */
export async function lastIteration(db: Transaction<Tables>, campaign: CampaignRow): Promise<IterationRow | undefined> {
  return await db
    .selectFrom('iterations')
    .selectAll()
    .where('campaign_id', '=', campaign.campaign_id)
    .where('number', '=', campaign.current_iteration)
    .executeTakeFirst();
}

/** Locks a campaign for the rest of the transaction and counts the change. @returns the row before the change */
export async function changeCampaign(
  db: Transaction<Tables>,
  campaignId: string,
  change: (row: CampaignRow) => Partial<Omit<Insertable<CampaignsTable>, 'campaign_id' | 'revision'>>,
): Promise<CampaignRow> {
  const row = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('campaign_id', '=', campaignId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  await db
    .updateTable('campaigns')
    .set({ ...change(row), revision: row.revision + 1 })
    .where('campaign_id', '=', campaignId)
    .execute();
  return row;
}

/**
 * Changes an iteration and counts the change on its campaign, which is thereby locked.
 * @param step only an iteration that is at this step is changed, where one is given
 * @returns the campaign
 */
export async function changeIteration(
  db: Transaction<Tables>,
  campaignId: string,
  number: number,
  change: Partial<Insertable<IterationsTable>>,
  step?: IterationRow['step'],
): Promise<CampaignRow> {
  const campaign = await changeCampaign(db, campaignId, () => ({}));
  let update = db
    .updateTable('iterations')
    .set({ ...change, revision: campaign.revision + 1 })
    .where('campaign_id', '=', campaignId)
    .where('number', '=', number);
  if (step !== undefined) update = update.where('step', '=', step);
  await update.execute();
  return campaign;
}

export async function insertQuestions(db: Transaction<Tables>, rows: readonly QuestionRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const part = rows.slice(start, start + ROWS_A_STATEMENT);
    await db
      .insertInto('questions')
      .values(part.map((row) => ({ ...row, probabilities: jsonb(row.probabilities) })))
      .execute();
  }
}

/** Notes what annotators picked out in an iteration, once. */
export async function insertChoices(db: Transaction<Tables>, rows: readonly Selectable<ChoicesTable>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    await db
      .insertInto('choices')
      .values(rows.slice(start, start + ROWS_A_STATEMENT))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export async function insertCandidates(
  db: Transaction<Tables>,
  rows: readonly Selectable<CandidatesTable>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_A_STATEMENT) {
    const part = rows.slice(start, start + ROWS_A_STATEMENT);
    await db
      .insertInto('candidates')
      .values(part.map((row) => ({ ...row, candidate: jsonb(row.candidate) })))
      .execute();
  }
}
