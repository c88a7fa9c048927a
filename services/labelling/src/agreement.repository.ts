import { sql, type Kysely } from '@spectrawl/database';
import type { Label } from './label.repository.ts';
import type { AskedPurpose, LabellingTables, SecondPurpose } from './tables.ts';

/** How often a first and a second answer met. A null answer is 'unsure'. */
export interface AnswerPairs {
  purpose: SecondPurpose;
  /** in which the second answer was given */
  iteration: number;
  first_annotator: string;
  second_annotator: string;
  first_class: string | null;
  second_class: string | null;
  is_settled: boolean;
  /** how it was settled */
  settled_class: string | null;
  pairs: number;
}

/** Where two answers stand in the log that differ, and how much that matters. */
export interface DifferingPair {
  first_position: number;
  second_position: number;
  settled_position: number | null;
  /** less is more important */
  importance: number;
  classes: string[];
  batch_open: boolean;
  about_purpose: AskedPurpose;
}

/** Where a list of differing pairs goes on. */
export interface DifferenceKey {
  isSettled: boolean;
  importance: number;
  secondPosition: number;
}

/** Answers of the label log under `alias` that were not taken back. */
const standing = (alias: string) => sql`NOT ${sql.ref(`${alias}.retraction`)} AND NOT EXISTS (
  SELECT FROM label AS retraction
  WHERE retraction.retraction AND retraction.task_id = ${sql.ref(`${alias}.task_id`)}
    AND retraction.position > ${sql.ref(`${alias}.position`)}
)`;

/**
 * Each second question of a campaign that was answered, with both answers as they stand. The first is of the one who answered the
 * task first, or of the one who is asked again, with own corrections: what others said of the task later was not independent.
 * Who skipped has not answered.
 */
const answerPairs = (campaignId: string) => sql`
  SELECT second_question.purpose, second_question.asked_iteration AS iteration, task.purpose AS about_purpose,
    batch.classes, batch.complete_time IS NULL AS batch_open,
    first.annotator AS first_annotator, first.class AS first_class, first.position AS first_position,
    second.annotator AS second_annotator, second.class AS second_class, second.position AS second_position,
    settled.class AS settled_class, settled.position AS settled_position
  FROM second_question
  JOIN task ON task.task_id = second_question.about_task_id
  JOIN batch ON batch.campaign_id = task.campaign_id AND batch.iteration = task.iteration
  CROSS JOIN LATERAL (
    SELECT answer.* FROM label AS answer
    WHERE answer.task_id = task.task_id AND ${standing('answer')} AND answer.annotator = CASE second_question.purpose
      WHEN 'repeat' THEN second_question.annotator
      ELSE (SELECT opening.annotator FROM label AS opening
        WHERE opening.task_id = task.task_id AND ${standing('opening')} ORDER BY opening.position LIMIT 1)
      END
    ORDER BY answer.position DESC LIMIT 1
  ) AS first
  CROSS JOIN LATERAL (
    SELECT answer.* FROM label AS answer
    WHERE answer.task_id = second_question.task_id AND ${standing('answer')} ORDER BY answer.position DESC LIMIT 1
  ) AS second
  LEFT JOIN LATERAL (
    SELECT answer.* FROM label AS answer
    WHERE answer.about_task_id = task.task_id AND answer.purpose = 'adjudication' ORDER BY answer.position DESC LIMIT 1
  ) AS settled ON true
  WHERE second_question.campaign_id = ${campaignId}
    AND first.abstention IS DISTINCT FROM 'skip' AND second.abstention IS DISTINCT FROM 'skip'
    AND (second_question.purpose = 'repeat' OR first.annotator <> second.annotator)`;

/** Counts what annotators answered to the same questions. */
export async function countAnswerPairs(db: Kysely<LabellingTables>, campaignId: string): Promise<AnswerPairs[]> {
  const { rows } = await sql<AnswerPairs>`
    SELECT purpose, iteration, first_annotator, second_annotator, first_class, second_class,
      settled_position IS NOT NULL AS is_settled, settled_class, count(*)::int4 AS pairs
    FROM (${answerPairs(campaignId)}) AS answer_pair
    GROUP BY purpose, iteration, first_annotator, second_annotator, first_class, second_class, is_settled, settled_class
    ORDER BY purpose, iteration, first_annotator, second_annotator`.execute(db);
  return rows;
}

/**
 * Pairs of answers that differ: unsettled ones first, audits before queries, disputes about the first class, which is the one
 * that is not interesting, before those of the others, a class against 'unsure' last; then the later ones first.
 */
export async function listDifferingPairs(
  db: Kysely<LabellingTables>,
  filter: { campaignId: string; openOnly: boolean; after: DifferenceKey | undefined },
  most: number,
): Promise<DifferingPair[]> {
  const { campaignId, openOnly, after } = filter;
  const from = after
    ? sql`AND (settled_position IS NOT NULL, importance, -second_position)
        > (${after.isSettled}::boolean, ${after.importance}::int4, ${-after.secondPosition}::int8)`
    : sql``;
  const { rows } = await sql<DifferingPair>`
    SELECT first_position, second_position, settled_position, importance, classes, batch_open, about_purpose
    FROM (
      SELECT *, CASE about_purpose WHEN 'audit' THEN 0 ELSE 3 END + CASE
          WHEN first_class IS NULL OR second_class IS NULL THEN 2
          WHEN classes ->> 0 IN (first_class, second_class) THEN 0
          ELSE 1
        END AS importance
      FROM (${answerPairs(campaignId)}) AS answer_pair
      WHERE first_class IS DISTINCT FROM second_class
    ) AS differing
    WHERE ${openOnly ? sql`settled_position IS NULL` : sql`true`} ${from}
    ORDER BY settled_position IS NOT NULL, importance, -second_position
    LIMIT ${most}`.execute(db);
  return rows;
}

/** Rows of the log by position. */
export async function labelsAt(
  db: Kysely<LabellingTables>,
  positions: readonly number[],
): Promise<ReadonlyMap<number, Label>> {
  if (positions.length === 0) return new Map();
  const labels = await db.selectFrom('label').selectAll().where('position', 'in', positions).execute();
  return new Map(labels.map((label) => [label.position, label]));
}

/** What of a campaign's overlaps is still to come, and how many have answered its tasks. */
export async function overlapOutlook(
  db: Kysely<LabellingTables>,
  campaignId: string,
): Promise<{ waiting: number; annotators: number }> {
  const { rows } = await sql<{ waiting: number; annotators: number }>`
    SELECT
      (SELECT count(*)::int4 FROM second_question JOIN task ON task.task_id = second_question.about_task_id
        WHERE second_question.campaign_id = ${campaignId} AND second_question.purpose = 'overlap'
          AND second_question.class IS NULL AND second_question.abstention IS NULL
          AND (task.class IS NOT NULL OR task.abstention = 'unsure')) AS waiting,
      (SELECT count(*)::int4 FROM (
        SELECT annotator FROM task
        WHERE campaign_id = ${campaignId} AND num_nonnulls(class, abstention) > 0
        UNION SELECT annotator FROM second_question
        WHERE campaign_id = ${campaignId} AND num_nonnulls(class, abstention) > 0
      ) AS answered) AS annotators`.execute(db);
  return rows[0]!;
}
