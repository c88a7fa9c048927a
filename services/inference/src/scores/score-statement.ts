import type { Parameter } from '@spectrawl/parquet-query';

/** Files of this machine that hold a scored pool: the same rows in the same order, file by file. */
export interface ScoredFiles {
  /** Score files, by number of their shard. */
  scores: readonly string[];
  /** What the survey states of the same rows: shards, or copies of some of their columns. */
  shards: readonly string[];
  /** Known objects: shard, row, name, separation; where the filter names a cross-match. */
  matches?: string | undefined;
  /** Classes in the order of the probabilities. */
  classes: readonly string[];
}

/** Both ends are included; undefined is open. */
export interface Interval {
  least?: number | undefined;
  most?: number | undefined;
}

/** A filter that was checked: every part that is set has to fit. */
export interface CheckedFilter {
  /** Indices of predicted classes; empty means any. */
  classes: readonly number[];
  emission: Interval;
  uncertainty: Interval;
  snr: Interval;
  /** degrees */
  cone?: { ra: number; dec: number; radius: number } | undefined;
  prefix: string;
  known?: boolean | undefined;
  ids: readonly string[];
  exceptIds: readonly string[];
  labelled?: boolean | undefined;
}

export type SortColumn =
  'emission' | 'uncertainty' | 'snr' | 'ra' | 'dec' | 'id' | 'designation' | 'separation' | number;

/** What rows are sorted by: a column, or the probability of the class of that index. Rows without a value come last. */
export interface CheckedOrder {
  column: SortColumn;
  ascending: boolean;
}

/** Where a row stands in an order: its value, then its place in the pool. */
export interface Cursor {
  value: number | string | null;
  shard: number;
  row: number;
}

export interface Statement {
  sql: string;
  parameters: Record<string, Parameter>;
}

/** Columns by where they lie; an id lies in both. */
const OF_SCORES = {
  emission: '1 - probabilities[1]',
  probabilities: 'probabilities',
  uncertainty: 'uncertainty',
  labelled: 'excluded',
};
const OF_SHARDS = {
  designation: 'designation',
  ra: 'ra',
  dec: 'dec',
  snr: 'CASE WHEN isnan(snr) THEN NULL ELSE snr END',
};
type ScoreField = keyof typeof OF_SCORES;
type ShardField = keyof typeof OF_SHARDS;
type Field = ScoreField | ShardField | 'id' | 'separation';

/** Parts of a statement as they come together: which columns it reads, its conditions and its parameters. */
class Parts {
  readonly fields = new Set<Field>();
  readonly conditions: string[] = [];
  readonly parameters: Record<string, Parameter> = {};

  /** @returns the column, which is read from now on */
  field(name: Field): string {
    this.fields.add(name);
    return `"${name}"`;
  }

  /** @returns the parameter that stands for the value */
  value(value: Parameter): string {
    const name = `p${Object.keys(this.parameters).length}`;
    this.parameters[name] = value;
    return `$${name}`;
  }

  where(condition: string): void {
    this.conditions.push(`(${condition})`);
  }

  between(name: Field, { least, most }: Interval): void {
    // As precise as the files are: whoever asks for 0.9 and more gets what is stored as 0.9.
    if (least !== undefined) this.where(`${this.field(name)} >= ${this.value(least)}::FLOAT`);
    if (most !== undefined) this.where(`${this.field(name)} <= ${this.value(most)}::FLOAT`);
  }

  whereClause(): string {
    return this.conditions.length === 0 ? '' : ` WHERE ${this.conditions.join(' AND ')}`;
  }
}

/** How many rows fit the filter: column `total`. */
export function countStatement(files: ScoredFiles, filter: CheckedFilter): Statement {
  const parts = filtered(files, filter);
  return {
    sql: `SELECT count(*) AS total FROM ${source(files, parts)}${parts.whereClause()}`,
    parameters: parts.parameters,
  };
}

/** The next `limit` rows of an order: columns `shard`, `rownr` and `value`. */
export function pageStatement(
  files: ScoredFiles,
  filter: CheckedFilter,
  order: CheckedOrder,
  { limit, after }: { limit: number; after: Cursor | undefined },
): Statement {
  const parts = filtered(files, filter);
  const value = sortValue(parts, order.column);
  if (after !== undefined) parts.where(beyond(parts, value, order.ascending, after));
  const sql =
    `SELECT shard, rownr, ${value} AS value FROM ${source(files, parts)}${parts.whereClause()} ` +
    `ORDER BY ${sorting('value', order)} LIMIT ${parts.value(limit)}`;
  return { sql, parameters: parts.parameters };
}

/** Makes a table of all rows of an order, `shard` and `rownr` by `rowid`. @param table a name of ours */
export function sortStatement(
  files: ScoredFiles,
  filter: CheckedFilter,
  order: CheckedOrder,
  table: string,
): Statement {
  const parts = filtered(files, filter);
  const value = sortValue(parts, order.column);
  const sql =
    `CREATE TABLE ${table} AS SELECT shard, rownr FROM (` +
    `SELECT shard::INTEGER AS shard, rownr::INTEGER AS rownr, ${value} AS value FROM ${source(files, parts)}${parts.whereClause()} ` +
    `ORDER BY ${sorting('value', order)})`;
  return { sql, parameters: parts.parameters };
}

/** At most `limit` rows of an order as they are exported. @param columns names of the classes' columns, by class */
export function exportStatement(
  files: ScoredFiles,
  filter: CheckedFilter,
  order: CheckedOrder,
  { limit, columns }: { limit: number; columns: readonly string[] },
): Statement {
  const parts = filtered(files, filter);
  const value = sortValue(parts, order.column);
  const probabilities = parts.field('probabilities');
  const count = files.classes.length;
  const classes = files.classes.map(
    (name, index) => `WHEN ${mostProbable(probabilities, index, count)} THEN ${parts.value(name)}`,
  );
  const shown = [
    `${parts.field('id')} AS spectrum_id`,
    parts.field('designation'),
    parts.field('ra'),
    parts.field('dec'),
    parts.field('snr'),
    `CASE ${classes.join(' ')} END AS "class"`,
    `${parts.field('emission')} AS emission_probability`,
    ...columns.map((name, index) => `${probabilities}[${index + 1}] AS "${name}"`),
    parts.field('uncertainty'),
    parts.field('labelled'),
    ...(files.matches === undefined ? [] : ['name AS known_object', parts.field('separation')]),
  ];
  const sql =
    `SELECT ${shown.join(', ')} FROM ${source(files, parts)}${parts.whereClause()} ` +
    `ORDER BY ${sorting(value, order)} LIMIT ${parts.value(limit)}`;
  return { sql, parameters: parts.parameters };
}

/** All that is shown of some rows, in no order. Other rows are not decompressed where they lie in other row groups. */
export function rowsStatement(files: ScoredFiles, places: readonly { shard: number; row: number }[]): Statement {
  const parts = new Parts();
  const byShard = Map.groupBy(places, ({ shard }) => shard);
  const selects = [...byShard].map(([shard, rows]) => {
    // Constants, since a reader leaves out row groups by constants only.
    const numbers = rows.map(({ row }) => integer(row)).join(', ');
    const scores = `SELECT file_row_number AS rownr, id, ${columnsOf(OF_SCORES)} FROM read_parquet(${parts.value(path(files.scores, shard))}, file_row_number = true) WHERE file_row_number IN (${numbers})`;
    const stated = `SELECT file_row_number AS rownr, ${columnsOf(OF_SHARDS)} FROM read_parquet(${parts.value(path(files.shards, shard))}, file_row_number = true) WHERE file_row_number IN (${numbers})`;
    return `SELECT ${integer(shard)} AS shard, * FROM (${scores}) JOIN (${stated}) USING (rownr)`;
  });
  const found = selects.join(' UNION ALL ');
  if (files.matches === undefined) return { sql: found, parameters: parts.parameters };
  const matches = `SELECT shard, "row" AS rownr, name, separation FROM read_parquet(${parts.value(files.matches)})`;
  return { sql: `SELECT * FROM (${found}) LEFT JOIN (${matches}) USING (shard, rownr)`, parameters: parts.parameters };
}

function columnsOf(columns: Record<string, string>, names: readonly string[] = Object.keys(columns)): string {
  return names.map((name) => `${columns[name]} AS "${name}"`).join(', ');
}

function filtered({ classes, matches }: ScoredFiles, filter: CheckedFilter): Parts {
  const parts = new Parts();
  if (filter.classes.length > 0) {
    const probabilities = parts.field('probabilities');
    parts.where(filter.classes.map((index) => mostProbable(probabilities, index, classes.length)).join(' OR '));
  }
  parts.between('emission', filter.emission);
  parts.between('uncertainty', filter.uncertainty);
  parts.between('snr', filter.snr);
  if (filter.cone) inside(parts, filter.cone);
  if (filter.prefix !== '') {
    const prefix = parts.value(filter.prefix);
    parts.where(
      `starts_with(${parts.field('id')}, ${prefix}) OR coalesce(starts_with(${parts.field('designation')}, ${prefix}), false)`,
    );
  }
  if (filter.ids.length > 0) parts.where(`${parts.field('id')} IN (SELECT unnest(${parts.value(filter.ids)}))`);
  if (filter.exceptIds.length > 0)
    parts.where(`${parts.field('id')} NOT IN (SELECT unnest(${parts.value(filter.exceptIds)}))`);
  if (filter.labelled !== undefined) parts.where(`${filter.labelled ? '' : 'NOT '}${parts.field('labelled')}`);
  if (filter.known !== undefined && matches !== undefined)
    parts.where(`${parts.field('separation')} IS ${filter.known ? 'NOT NULL' : 'NULL'}`);
  return parts;
}

/** Whether a class is the most probable one; of equals the first, as everywhere. */
function mostProbable(probabilities: string, index: number, count: number): string {
  const comparisons = Array.from({ length: count }, (_, other) => other)
    .filter((other) => other !== index)
    .map((other) => `${probabilities}[${index + 1}] ${other < index ? '>' : '>='} ${probabilities}[${other + 1}]`);
  return comparisons.length === 0 ? 'true' : `(${comparisons.join(' AND ')})`;
}

/** Great-circle distance by the haversine formula, which is exact for small angles, over 0 hours and at the poles. */
function inside(parts: Parts, cone: { ra: number; dec: number; radius: number }): void {
  const [ra, dec] = [parts.field('ra'), parts.field('dec')];
  const radius = parts.value(cone.radius);
  const [centreRa, centreDec] = [parts.value(cone.ra), parts.value(cone.dec)];
  // A band of declinations first: most rows need no trigonometry. Rounding must not lose who lies on the edge.
  parts.where(`abs(${dec} - ${centreDec}) <= ${radius} + 1e-9`);
  const half = (from: string, to: string): string => `pow(sin(radians(${to} - ${from}) / 2), 2)`;
  parts.where(
    `degrees(2 * asin(least(1, sqrt(${half(centreDec, dec)} + cos(radians(${dec})) * cos(radians(${centreDec})) * ${half(centreRa, ra)})))) <= ${radius}`,
  );
}

function sortValue(parts: Parts, column: SortColumn): string {
  if (typeof column === 'number') return `${parts.field('probabilities')}[${integer(column) + 1}]`;
  return parts.field(column);
}

function sorting(value: string, { ascending }: CheckedOrder): string {
  return `${value} ${ascending ? 'ASC' : 'DESC'} NULLS LAST, shard, rownr`;
}

/** Whether a row comes after the cursor. */
function beyond(parts: Parts, value: string, ascending: boolean, { value: last, shard, row }: Cursor): string {
  const later = `(shard, rownr) > (${parts.value(shard)}, ${parts.value(row)})`;
  if (last === null) return `${value} IS NULL AND ${later}`;
  const than = typeof last === 'number' ? `${parts.value(last)}::DOUBLE` : parts.value(last);
  return `${value} ${ascending ? '>' : '<'} ${than} OR ${value} IS NULL OR (${value} = ${than} AND ${later})`;
}

/**
 * The rows to look at, with the columns that are needed and no others: score files, shards, or both side by side. Rows are told by
 * the number of the shard and of the row in it.
 */
function source({ scores, shards, matches }: ScoredFiles, parts: Parts): string {
  const ofScores = Object.keys(OF_SCORES).filter((name) => parts.fields.has(name as Field));
  const ofShards = Object.keys(OF_SHARDS).filter((name) => parts.fields.has(name as Field));
  const id = parts.fields.has('id') ? ['id'] : [];
  const reading = (columns: readonly string[], files: string): string =>
    `SELECT ${columns.join(', ')} FROM read_parquet(${files}, file_row_number = true)`;
  const named = (columns: Record<string, string>, names: string[]): string[] =>
    names.map((name) => columnsOf(columns, [name]));
  let rows: string;
  if (ofScores.length === 0 || ofShards.length === 0) {
    const [files, columns] =
      ofShards.length > 0 ? [shards, named(OF_SHARDS, ofShards)] : [scores, named(OF_SCORES, ofScores)];
    rows = reading(['file_index AS shard', 'file_row_number AS rownr', ...id, ...columns], parts.value(files));
  } else {
    // Both files of a shard have the same rows in the same order: they are laid side by side, shard by shard, and need no join.
    rows = scores
      .map((file, shard) => {
        const left = reading(['file_row_number AS rownr', ...id, ...named(OF_SCORES, ofScores)], parts.value(file));
        const right = reading(named(OF_SHARDS, ofShards), parts.value(path(shards, shard)));
        return `SELECT ${integer(shard)} AS shard, * FROM (${left}) POSITIONAL JOIN (${right})`;
      })
      .join(' UNION ALL ');
  }
  if (!parts.fields.has('separation') || matches === undefined) return `(${rows})`;
  const known = `SELECT shard, "row" AS rownr, name, separation FROM read_parquet(${parts.value(matches)})`;
  return `(SELECT * FROM (${rows}) LEFT JOIN (${known}) USING (shard, rownr))`;
}

function path(files: readonly string[], shard: number): string {
  const file = files[shard];
  if (file === undefined) throw new RangeError(`there is no shard ${shard}, only ${files.length}`);
  return file;
}

function integer(number: number): number {
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${number} is no row`);
  return number;
}
