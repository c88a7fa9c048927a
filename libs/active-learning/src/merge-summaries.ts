import { compareIds } from './best-rows.ts';
import { ActiveLearningError } from './errors.ts';
import type { RankedRow } from './ranked-row.ts';
import type { PoolSummary, ShardSummary, SummarySettings } from './shard-summary.ts';

const byValue = (a: RankedRow, b: RankedRow): number => b.value - a.value || compareIds(a.id, b.id);
const byPriority = (a: RankedRow, b: RankedRow): number => a.priority - b.priority || compareIds(a.id, b.id);

const sums = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));

const shardsOf = (summary: ShardSummary | PoolSummary): readonly number[] =>
  'shards' in summary ? summary.shards : [summary.shard];

/** The settings in a fixed order of keys, to compare and to show. */
const settingsText = ({ classCount, strategy, seed, limits }: SummarySettings): string =>
  `${classCount} classes, ${strategy}, seed ${seed}, limits ` +
  `${limits.uncertain}/${limits.perClass}/${limits.positives}/${limits.random}/${limits.perStratum}`;

/**
 * The summary of all rows of several disjoint summaries: exactly what summarising the rows together would give, in any
 * order and grouping of the summaries (the merge is associative and commutative, ties go by id).
 *
 * @throws {ActiveLearningError} SUMMARIES_DIFFER if there are none, if their settings differ, or if a shard comes twice
 */
export function mergeSummaries(summaries: readonly (ShardSummary | PoolSummary)[]): PoolSummary {
  const [first] = summaries;
  if (first === undefined) throw new ActiveLearningError('SUMMARIES_DIFFER', 'There is no summary to merge');
  const settings = first.settings;
  const different = summaries.find((summary) => settingsText(summary.settings) !== settingsText(settings));
  if (different !== undefined)
    throw new ActiveLearningError(
      'SUMMARIES_DIFFER',
      `Summaries of different settings don't merge: shard ${shardsOf(first)[0]} has ${settingsText(settings)}, ` +
        `shard ${shardsOf(different)[0]} has ${settingsText(different.settings)}; score them in one run`,
    );
  const shards = summaries.flatMap(shardsOf).sort((a, b) => a - b);
  const twice = shards.find((shard, at) => shards[at + 1] === shard);
  if (twice !== undefined)
    throw new ActiveLearningError('SUMMARIES_DIFFER', `Shard ${twice} comes twice among the summaries to merge`);

  const { limits } = settings;
  const merge = (
    rows: (summary: ShardSummary | PoolSummary) => RankedRow[],
    order: (a: RankedRow, b: RankedRow) => number,
    limit: number,
  ): RankedRow[] => summaries.flatMap(rows).sort(order).slice(0, limit);
  const eachList = (
    lists: (summary: ShardSummary | PoolSummary) => RankedRow[][],
    order: (a: RankedRow, b: RankedRow) => number,
    limit: number,
  ): RankedRow[][] => lists(first).map((_, at) => merge((summary) => lists(summary)[at] ?? [], order, limit));

  return {
    shards,
    settings,
    rows: summaries.reduce((sum, { rows }) => sum + rows, 0),
    excluded: summaries.reduce((sum, { excluded }) => sum + excluded, 0),
    classCounts: sums(summaries.map(({ classCounts }) => classCounts)),
    histogram: sums(summaries.map(({ histogram }) => histogram)),
    histogramByClass: first.histogramByClass.map((_, c) =>
      sums(summaries.map(({ histogramByClass }) => histogramByClass[c] ?? [])),
    ),
    uncertain: merge(({ uncertain }) => uncertain, byValue, limits.uncertain),
    uncertainByClass: eachList(({ uncertainByClass }) => uncertainByClass, byValue, limits.perClass),
    positives: merge(({ positives }) => positives, byPriority, limits.positives),
    positivesByClass: eachList(({ positivesByClass }) => positivesByClass, byPriority, limits.positives),
    random: merge(({ random }) => random, byPriority, limits.random),
    stratumCounts: sums(summaries.map(({ stratumCounts }) => stratumCounts)),
    strata: eachList(({ strata }) => strata, byPriority, limits.perStratum),
  };
}
