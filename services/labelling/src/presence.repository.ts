import { sql, type Kysely } from '@spectrawl/database';
import type { LabellingTables } from './tables.ts';

/** Somebody who labels. */
export interface PresentAnnotator {
  annotator: string;
  /** the first task that is held, and its spectrum; null when none is */
  task_id: string | null;
  spectrum_id: string | null;
  held: number;
  seen_time: Date;
  recent_labels: number;
}

/**
 * Who holds tasks of a campaign, or has answered some since a moment, by name.
 * @param leaseMilliseconds how long a lease is: tells when it was taken
 */
export async function listPresent(
  db: Kysely<LabellingTables>,
  campaignId: string,
  times: { now: Date; since: Date; leaseMilliseconds: number },
  most: number,
): Promise<PresentAnnotator[]> {
  const { rows } = await sql<PresentAnnotator>`
    WITH held AS (
      SELECT task.annotator, task.task_id, task.spectrum_id, task.rank, task.lease_expire_time FROM task
      WHERE task.campaign_id = ${campaignId} AND num_nonnulls(task.class, task.abstention) = 0
        AND task.lease_expire_time > ${times.now}
        AND task.iteration = (SELECT max(iteration) FROM batch WHERE batch.campaign_id = ${campaignId})
      UNION ALL
      SELECT second.annotator, second.task_id, task.spectrum_id, task.rank, second.lease_expire_time
      FROM second_question AS second JOIN task ON task.task_id = second.about_task_id
      WHERE second.campaign_id = ${campaignId} AND num_nonnulls(second.class, second.abstention) = 0
        AND second.lease_expire_time > ${times.now}
    ), holder AS (
      SELECT annotator, count(*)::int4 AS held,
        (array_agg(task_id ORDER BY rank, task_id))[1] AS task_id,
        (array_agg(spectrum_id ORDER BY rank, task_id))[1] AS spectrum_id,
        max(lease_expire_time) - make_interval(secs => ${times.leaseMilliseconds / 1000}) AS taken
      FROM held GROUP BY annotator
    ), answering AS (
      SELECT annotator, count(*)::int4 AS labels, max(create_time) AS answered FROM label
      WHERE campaign_id = ${campaignId} AND create_time > ${times.since} AND NOT retraction GROUP BY annotator
    )
    SELECT annotator, task_id, spectrum_id, coalesce(held, 0) AS held, greatest(taken, answered) AS seen_time,
      coalesce(labels, 0) AS recent_labels
    FROM holder FULL JOIN answering USING (annotator) ORDER BY annotator LIMIT ${most}`.execute(db);
  return rows;
}
