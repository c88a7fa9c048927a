import { sql, type Kysely } from '@spectrawl/database';
import { takePositions } from './label.repository.ts';
import type { LabellingTables } from './tables.ts';

/** One row of an import. Rows are counted from 1. */
export interface ImportedRow {
  rowNumber: number;
  spectrumId: string;
  class: string;
}

/** Two rows of an import that contradict each other. */
export interface Contradiction {
  spectrumId: string;
  first: { rowNumber: number; class: string };
  second: { rowNumber: number; class: string };
}

/** Opens an import, and throws away those that nobody has finished since `abandonedBefore`. */
export async function openImport(
  db: Kysely<LabellingTables>,
  importId: string,
  now: Date,
  abandonedBefore: Date,
): Promise<void> {
  await db.deleteFrom('label_import').where('open_time', '<', abandonedBefore).execute();
  await db.insertInto('label_import').values({ import_id: importId, open_time: now }).execute();
}

/** Adds rows to an import; they are no labels yet. */
export async function addRows(
  db: Kysely<LabellingTables>,
  importId: string,
  rows: readonly ImportedRow[],
): Promise<void> {
  // Three arrays are three parameters, however many rows there are.
  await sql`
    INSERT INTO label_import_row (import_id, row_number, spectrum_id, class)
    SELECT ${importId}::uuid, * FROM unnest(
      ${rows.map((row) => row.rowNumber)}::int4[],
      ${rows.map((row) => row.spectrumId)}::text[],
      ${rows.map((row) => row.class)}::text[]
    )`.execute(db);
}

/** The first row that gives a spectrum another class than a row before it. */
export async function findContradiction(
  db: Kysely<LabellingTables>,
  importId: string,
): Promise<Contradiction | undefined> {
  const { rows } = await sql<{
    spectrum_id: string;
    first_row: number;
    first_class: string;
    row_number: number;
    class: string;
  }>`
    SELECT spectrum_id, first_row, first_class, row_number, class
    FROM (
      SELECT spectrum_id, row_number, class,
        first_value(row_number) OVER given AS first_row, first_value(class) OVER given AS first_class
      FROM label_import_row WHERE import_id = ${importId}
      WINDOW given AS (PARTITION BY spectrum_id ORDER BY row_number)
    ) AS given_rows
    WHERE class <> first_class ORDER BY row_number LIMIT 1`.execute(db);
  const [row] = rows;
  return (
    row && {
      spectrumId: row.spectrum_id,
      first: { rowNumber: row.first_row, class: row.first_class },
      second: { rowNumber: row.row_number, class: row.class },
    }
  );
}

/**
 * Appends an import's rows to the log, in their order; a row that says again what one before it said is left out.
 * @returns how many, and the position of the last
 */
export async function appendImport(
  tx: Kysely<LabellingTables>,
  importId: string,
  label: { poolId: string; annotator: string; time: Date },
): Promise<{ imported: number; last: number }> {
  // Rows that were thrown away as abandoned would be missing from the log without a word.
  await tx
    .selectFrom('label_import')
    .selectAll()
    .where('import_id', '=', importId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const { imported } = await tx
    .selectFrom('label_import_row')
    .select(({ fn }) => fn.count<number>('spectrum_id').distinct().as('imported'))
    .where('import_id', '=', importId)
    .executeTakeFirstOrThrow();
  const last = await takePositions(tx, imported);
  await sql`
    INSERT INTO label (position, pool_id, spectrum_id, campaign_id, iteration, task_id, purpose, class, abstention, retraction,
      annotator, annotator_kind, create_time, model_id, probabilities_shown, comment)
    SELECT ${last - imported}::int8 + row_number() OVER (ORDER BY row_number), ${label.poolId}, spectrum_id, '', 0, '', 'import',
      class, NULL, false, ${label.annotator}, 'import', ${label.time}, '', '[]', ''
    FROM (
      SELECT DISTINCT ON (spectrum_id) row_number, spectrum_id, class
      FROM label_import_row WHERE import_id = ${importId} ORDER BY spectrum_id, row_number
    ) AS first_rows`.execute(tx);
  return { imported, last };
}

/** Throws an import's rows away. */
export async function closeImport(db: Kysely<LabellingTables>, importId: string): Promise<void> {
  await db.deleteFrom('label_import').where('import_id', '=', importId).execute();
}
