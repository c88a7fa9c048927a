import { HISTOGRAM_BINS, QUERY_STRATEGY_NAMES } from '@spectrawl/active-learning';
import type { QueryStrategyName, RankedRow, ShardSummary, SummarySettings } from '@spectrawl/active-learning';
import { FileKind } from './file-kind.ts';
import type { JsonFields } from './json-fields.ts';
import type { ByteSource } from './parquet/byte-source.ts';
import { dense, float64, int32, optional, string } from './parquet/schema.ts';
import type { TableData } from './parquet/schema.ts';
import { PoolError } from './pool-error.ts';

/** The lists of a summary that are one list, and those that are one list a class or a stratum. */
const LISTS = ['uncertain', 'positives', 'random'] as const;
const GROUPED_LISTS = ['uncertainByClass', 'positivesByClass', 'strata'] as const;

type Totals = Omit<ShardSummary, (typeof LISTS)[number] | (typeof GROUPED_LISTS)[number]>;

/** What a summary file says about itself: all of the summary that is not rows. */
interface SummaryDescription {
  totals: Totals;
  /** Lists in each grouped list, since empty ones have no row to tell of them. */
  groups: Record<(typeof GROUPED_LISTS)[number], number>;
  /** 0 where the rows came without features. */
  featureCount: number;
}

const summarySchema = (classCount: number, featureCount: number) => ({
  /** The list of the summary that the row is of. */
  list: string,
  /** The class or stratum, where there is one list for each. */
  group: optional(int32),
  id: string,
  shard: int32,
  row: int32,
  /** What the query strategy gave. */
  value: float64,
  /** Seeded draw number in [0, 1). */
  priority: float64,
  predicted: int32,
  probabilities: dense(classCount),
  ...((featureCount > 0 ? { features: dense(featureCount) } : {}) as { features: ReturnType<typeof dense> }),
});

type SummarySchema = ReturnType<typeof summarySchema>;

const summaries = new FileKind<SummarySchema, SummaryDescription>({
  kind: 'summary',
  schema: ({ totals, featureCount }) => summarySchema(totals.settings.classCount, featureCount),
  describe: (fields) => ({
    totals: parseTotals(fields.object('totals')),
    groups: Object.fromEntries(
      GROUPED_LISTS.map((list) => [list, fields.object('groups').count(list)]),
    ) as SummaryDescription['groups'],
    featureCount: fields.count('featureCount'),
  }),
});

/** The summary of a shard as the bytes of one file. Errors: PoolError 'invalid-rows' for rows of different widths. */
export async function writeSummary(summary: ShardSummary): Promise<Uint8Array<ArrayBuffer>> {
  const { uncertain, uncertainByClass, positives, positivesByClass, random, strata, ...totals } = summary;
  const grouped = { uncertainByClass, positivesByClass, strata };
  const listed = [
    ...Object.entries({ uncertain, positives, random }).flatMap(([list, rows]) =>
      rows.map((row) => ({ list, group: null as number | null, row })),
    ),
    ...Object.entries(grouped).flatMap(([list, groups]) =>
      groups.flatMap((rows, group) => rows.map((row) => ({ list, group, row }))),
    ),
  ];
  const rows = listed.map(({ row }) => row);
  const featureCount = rows[0]?.features?.length ?? 0;
  const description: SummaryDescription = {
    totals,
    groups: {
      uncertainByClass: uncertainByClass.length,
      positivesByClass: positivesByClass.length,
      strata: strata.length,
    },
    featureCount,
  };
  return summaries.write(
    {
      list: listed.map(({ list }) => list),
      group: listed.map(({ group }) => group),
      id: rows.map(({ id }) => id),
      shard: rows.map(({ shard }) => shard),
      row: rows.map(({ row }) => row),
      value: rows.map(({ value }) => value),
      priority: rows.map(({ priority }) => priority),
      predicted: rows.map(({ predicted }) => predicted),
      probabilities: joinRows(rows, 'probabilities', totals.settings.classCount),
      features: joinRows(rows, 'features', featureCount),
    },
    description,
  );
}

/** Reads the summary of a shard; equal to the one written. Errors: PoolError. */
export async function readSummary(source: ByteSource): Promise<ShardSummary> {
  const file = await summaries.open(source);
  const { totals, groups } = file.description;
  const data = await file.read();
  const rows = rankedRows(data, file.description);
  const of = (list: string, group: number | null) =>
    rows.filter((_, i) => data.list[i] === list && data.group[i] === group);
  const groupsOf = (list: (typeof GROUPED_LISTS)[number]) =>
    Array.from({ length: groups[list] }, (_, group) => of(list, group));
  return {
    ...totals,
    uncertain: of('uncertain', null),
    uncertainByClass: groupsOf('uncertainByClass'),
    positives: of('positives', null),
    positivesByClass: groupsOf('positivesByClass'),
    random: of('random', null),
    strata: groupsOf('strata'),
  };
}

function rankedRows(data: TableData<SummarySchema>, { totals, featureCount }: SummaryDescription): RankedRow[] {
  const { classCount } = totals.settings;
  return data.id.map((id, i) => ({
    id,
    shard: data.shard[i]!,
    row: data.row[i]!,
    value: data.value[i]!,
    priority: data.priority[i]!,
    predicted: data.predicted[i]!,
    probabilities: data.probabilities.slice(i * classCount, (i + 1) * classCount),
    ...(featureCount > 0 && { features: data.features.slice(i * featureCount, (i + 1) * featureCount) }),
  }));
}

/** The rows' vectors, one after the other. */
function joinRows(rows: RankedRow[], name: 'probabilities' | 'features', width: number): Float32Array {
  const joined = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    const values = row[name];
    if ((values?.length ?? 0) !== width) {
      throw new PoolError(
        'invalid-rows',
        `Summary row ${i} (${row.id}) has ${values?.length ?? 0} ${name} where ${width} are due, as in the other rows.`,
      );
    }
    if (values) joined.set(values, i * width);
  });
  return joined;
}

function parseTotals(fields: JsonFields): Totals {
  const settings = parseSettings(fields.object('settings'));
  return {
    settings,
    shard: fields.count('shard'),
    rows: fields.count('rows'),
    excluded: fields.count('excluded'),
    classCounts: fields.counts('classCounts', settings.classCount),
    histogram: fields.counts('histogram', HISTOGRAM_BINS),
    histogramByClass: fields.countLists('histogramByClass', HISTOGRAM_BINS),
    stratumCounts: fields.counts('stratumCounts'),
  };
}

function parseSettings(fields: JsonFields): SummarySettings {
  const strategy = fields.string('strategy');
  if (!(QUERY_STRATEGY_NAMES as readonly string[]).includes(strategy)) {
    throw fields.fail('strategy', `is ${strategy}, which this release does not know`);
  }
  const limits = fields.object('limits');
  return {
    classCount: fields.count('classCount'),
    strategy: strategy as QueryStrategyName,
    seed: fields.string('seed'),
    limits: {
      uncertain: limits.count('uncertain'),
      perClass: limits.count('perClass'),
      positives: limits.count('positives'),
      random: limits.count('random'),
      perStratum: limits.count('perStratum'),
    },
  };
}
