import { jsonb, sql, type Insertable, type Kysely, type Selectable } from '@spectrawl/database';
import type { LabellingTables } from './tables.ts';

export type Label = Selectable<LabellingTables['label']>;
export type NewLabel = Omit<Insertable<LabellingTables['label']>, 'position'>;

/** Which rows of the log. */
export interface LabelFilter {
  /** empty: all pools */
  poolIds: readonly string[];
  /** empty: all campaigns; else imported labels and those of this campaign */
  campaignId: string;
  /** the last position that counts */
  upTo: number;
  /** only the answer that counts for each spectrum */
  effectiveOnly: boolean;
  /** only of these spectra */
  spectrumIds?: readonly string[];
}

/** Position of the last committed row; 0 while the log is empty. */
export async function lastPosition(db: Kysely<LabellingTables>): Promise<number> {
  const { last_position } = await db.selectFrom('label_log').select('last_position').executeTakeFirstOrThrow();
  return last_position;
}

/**
 * Makes every other transaction that does so wait until this one ends, in the order of their coming. To be the first statement:
 * LOCK TABLE takes no snapshot, so that what follows sees all that the transactions before have committed. A serializable
 * transaction that waited for a row instead would find that its snapshot is older, and be run again: twenty annotators would
 * have each other's answers run again and again.
 */
export async function holdLog(tx: Kysely<LabellingTables>): Promise<void> {
  await sql`LOCK TABLE label_log IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
}

/**
 * Takes the next `count` positions. What is committed with a position is committed after all that has a lower one: whoever
 * appends holds the log.
 * @returns the last of them
 */
export async function takePositions(tx: Kysely<LabellingTables>, count: number): Promise<number> {
  const { last_position } = await tx
    .updateTable('label_log')
    .set(({ eb }) => ({ last_position: eb('last_position', '+', count) }))
    .returning('last_position')
    .executeTakeFirstOrThrow();
  return last_position;
}

/** Appends one row to the log, which has to be held. */
export async function appendLabel(tx: Kysely<LabellingTables>, label: NewLabel): Promise<Label> {
  // In one statement: others wait meanwhile.
  return tx
    .with('taken', (db) =>
      db
        .updateTable('label_log')
        .set(({ eb }) => ({ last_position: eb('last_position', '+', 1) }))
        .returning('last_position'),
    )
    .insertInto('label')
    .values(({ selectFrom }) => ({
      ...label,
      position: selectFrom('taken').select('last_position'),
      probabilities_shown: jsonb(label.probabilities_shown),
    }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * The labels at the positions after `after` up to and including `through`, in their order. Reading a log by such windows takes
 * the same time for each, while a LIMIT leaves it to the planner whether to sort all the rest of the log for every page.
 *
 * The answer that counts for a spectrum is the latest that was not taken back. A retraction takes back what its task had been
 * answered, with all corrections; an earlier import or another task's answer then counts again. `unsure` and `skip` are answers.
 * Answers to overlaps and repeats count nowhere.
 */
export async function listLabels(
  db: Kysely<LabellingTables>,
  filter: LabelFilter,
  after: number,
  through: number,
): Promise<Label[]> {
  const { poolIds, campaignId, upTo, effectiveOnly, spectrumIds } = filter;
  const ofCampaign = (alias: 'label' | 'later') =>
    campaignId === '' ? sql<boolean>`true` : sql<boolean>`${sql.ref(alias)}.campaign_id IN ('', ${campaignId})`;
  return db
    .selectFrom('label')
    .selectAll('label')
    .where('label.position', '>', after)
    .where('label.position', '<=', Math.min(through, upTo))
    .where(ofCampaign('label'))
    .$if(poolIds.length > 0, (query) => query.where('label.pool_id', 'in', poolIds))
    .$if(spectrumIds !== undefined, (query) => query.where('label.spectrum_id', 'in', spectrumIds!))
    .$if(effectiveOnly, (query) =>
      // A scalar subquery with LIMIT is answered from the index by spectrum, whatever the planner believes of the table.
      query.where(
        'label.position',
        '=',
        sql<number>`(
          SELECT later.position FROM label AS later
          WHERE later.spectrum_id = label.spectrum_id AND later.pool_id = label.pool_id
            AND later.position <= ${upTo} AND ${ofCampaign('later')} AND NOT later.retraction
            AND later.purpose NOT IN ('overlap', 'repeat')
            AND NOT EXISTS (
              SELECT FROM label AS retraction
              WHERE retraction.retraction AND retraction.task_id = later.task_id
                AND retraction.position > later.position AND retraction.position <= ${upTo}
            )
          ORDER BY later.position DESC LIMIT 1
        )`,
      ),
    )
    .orderBy('label.position')
    .execute();
}
