import { compareIds } from './best-rows.ts';
import { ActiveLearningError, requireCount } from './errors.ts';
import { kMeans } from './k-means.ts';
import type { RankedRow } from './ranked-row.ts';
import type { PoolSummary, SummaryLimits } from './shard-summary.ts';

/** How many rows to ask about, and how they are chosen. */
export interface QueryPlan {
  /** Query rows altogether, those of quotas, clusters and exploration included. */
  size: number;
  /** Least number of query rows predicted as a class, by class index: rare classes stay in the training set. */
  quotas?: Readonly<Record<number, number>>;
  /** Query rows that come from as many different clusters of the most uncertain rows' features. */
  clusters?: number;
  /** Query rows drawn at random from the whole pool. */
  random?: number;
  /** Predicted positives drawn at random for the audit. */
  auditSize: number;
  /** Draw the audit from each positive class apart, `auditSize` rows of each. */
  auditPerClass?: boolean;
  /** Ids labelled since the scoring; those labelled before are excluded when shards are summarised. */
  excludedIds?: ReadonlySet<string>;
  /** The classes' names, for the reasons. */
  classes: readonly string[];
}

/** What put a row into the batch. */
export type SelectionRule = 'rank' | 'quota' | 'cluster' | 'random' | 'audit';

/** A row to be labelled, and why. */
export interface BatchRow extends RankedRow {
  rule: SelectionRule;
  /** For people: 'margin rank 3', 'double-peak quota', 'cluster 2', 'random', 'audit'. */
  reason: string;
  /** The probability that its draw takes this row, given the rows drawn before; 1 for rows chosen by their value. */
  inclusionProbability: number;
}

export interface QueryBatch {
  /** By falling value, ties by id. */
  queries: BatchRow[];
  /** By draw number; no id is also among the queries. */
  audit: BatchRow[];
  /** Unlabelled spectra predicted as each class, which the audit drew from (class 0: not drawn from). */
  predicted: number[];
}

/**
 * Cluster-Margin (Citovsky et al. 2021, arXiv 2107.14263) clusters several times more uncertain rows than it asks about; so
 * many a cluster here.
 */
export const CANDIDATES_PER_CLUSTER = 20;

interface CheckedPlan extends QueryPlan {
  quotaOf: (classIndex: number) => number;
  clusters: number;
  random: number;
  auditPerClass: boolean;
  excludedIds: ReadonlySet<string>;
  quotaTotal: number;
  /** Audit rows at most. */
  auditTotal: number;
}

function checkPlan(plan: QueryPlan): CheckedPlan {
  const { size, quotas = {}, clusters = 0, random = 0, auditSize, auditPerClass = false, classes } = plan;
  requireCount('plan.size', size);
  requireCount('plan.auditSize', auditSize);
  requireCount('plan.clusters', clusters);
  requireCount('plan.random', random);
  requireCount('plan.classes.length', classes.length, 2);
  for (const [classIndex, quota] of Object.entries(quotas)) {
    requireCount(`plan.quotas[${classIndex}]`, quota);
    if (!(Number(classIndex) in classes))
      throw new ActiveLearningError(
        'INVALID_ARGUMENT',
        `plan.quotas[${classIndex}]: there are ${classes.length} classes`,
      );
  }
  const quotaTotal = Object.values(quotas).reduce((sum, quota) => sum + quota, 0);
  if (quotaTotal + clusters + random > size)
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `The quotas (${quotaTotal}), clusters (${clusters}) and random rows (${random}) exceed the batch of ${size}; ` +
        'ask for a larger batch or for less of them',
    );
  return {
    ...plan,
    clusters,
    random,
    auditPerClass,
    quotaOf: (classIndex) => quotas[classIndex] ?? 0,
    excludedIds: plan.excludedIds ?? new Set(),
    quotaTotal,
    auditTotal: auditPerClass ? auditSize * (classes.length - 1) : auditSize,
  };
}

/**
 * The smallest limits with which summaries hold enough for the plan: with them, selectBatch gives the batch that it would
 * give with unlimited summaries.
 *
 * @param laterLabels how many ids the plan's `excludedIds` may come to hold after the scoring
 */
export function summaryLimitsFor(plan: QueryPlan, laterLabels = 0): SummaryLimits {
  const { size, random, clusters, quotaTotal, auditSize, auditTotal, quotas = {} } = checkPlan(plan);
  const passedOver = auditTotal + (plan.excludedIds?.size ?? 0) + laterLabels;
  const beforeClusters = passedOver + random + quotaTotal;
  return {
    uncertain: Math.max(size + passedOver, clusters > 0 ? beforeClusters + CANDIDATES_PER_CLUSTER * clusters : 0),
    perClass: quotaTotal === 0 ? 0 : Math.max(...Object.values(quotas)) + passedOver + random,
    positives: auditSize === 0 ? 0 : auditSize + passedOver - auditTotal,
    random: random === 0 ? 0 : random + passedOver,
  };
}

/**
 * The first `wanted` free rows of a list, fewer only if the whole pool has no more.
 * @param total how many rows of the pool the list was cut from
 */
function take(
  list: readonly RankedRow[],
  total: number,
  wanted: number,
  isFree: (id: string) => boolean,
  name: string,
) {
  if (wanted === 0) return [];
  const free = list.filter(({ id }) => isFree(id)).slice(0, wanted);
  if (free.length < wanted && list.length < total)
    throw new ActiveLearningError(
      'SUMMARY_TOO_SMALL',
      `The summary keeps ${list.length} of ${total} rows of the list '${name}', too few to take ${wanted} from; ` +
        'summarise the shards with the limits of summaryLimitsFor(plan)',
    );
  return free;
}

/**
 * Chooses what to ask about: the audit first, a simple random sample without replacement of the predicted positives, and
 * then the queries from the rest. Drawing in this order keeps the two disjoint and the audit unbiased: taking the queries
 * first would leave the audit a population without its most uncertain rows, hence too good.
 *
 * The queries are drawn in turn: at random from the whole pool; each class's quota, most uncertain first; one row of each
 * cluster of the most uncertain rows left (the row of the largest value); and the rest by rank. There are exactly
 * `plan.size` of them unless the pool has fewer rows left.
 *
 * @throws {ActiveLearningError} INVALID_ARGUMENT, or SUMMARY_TOO_SMALL if the summary's limits don't suffice for the plan
 */
export function selectBatch(summary: PoolSummary, queryPlan: QueryPlan): QueryBatch {
  const plan = checkPlan(queryPlan);
  const { strategy, classCount, seed } = summary.settings;
  if (plan.classes.length !== classCount)
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `The plan names ${plan.classes.length} classes, but the summary is of ${classCount}`,
    );
  const taken = new Set(plan.excludedIds);
  const isFree = (id: string): boolean => !taken.has(id);
  const audit = drawAudit(summary, plan, isFree);
  for (const { id } of audit) taken.add(id);

  const queries: BatchRow[] = [];
  const add = (
    rows: readonly RankedRow[],
    rule: SelectionRule,
    probability: number,
    reason: (at: number) => string,
  ): void => {
    for (const [at, row] of rows.entries()) {
      taken.add(row.id);
      queries.push({ ...row, rule, reason: reason(at), inclusionProbability: probability });
    }
  };

  const explored = take(summary.random, summary.rows, plan.random, isFree, 'random');
  add(explored, 'random', Math.min(1, explored.length / (summary.rows - audit.length)), () => 'random');

  for (const [classIndex, name] of plan.classes.entries()) {
    const list = summary.uncertainByClass[classIndex] ?? [];
    const total = summary.classCounts[classIndex] ?? 0;
    const rows = take(list, total, plan.quotaOf(classIndex), isFree, `uncertainByClass[${classIndex}]`);
    add(rows, 'quota', 1, () => `${name} quota`);
  }

  const wantedCandidates = plan.clusters * CANDIDATES_PER_CLUSTER;
  const candidates = take(summary.uncertain, summary.rows, wantedCandidates, isFree, 'uncertain');
  add(firstOfEachCluster(candidates, plan.clusters, BigInt(seed)), 'cluster', 1, (at) => `cluster ${at + 1}`);

  const ranks = new Map(summary.uncertain.map(({ id }, at) => [id, at + 1]));
  const rest = take(summary.uncertain, summary.rows, plan.size - queries.length, isFree, 'uncertain');
  // The random strategy's values are draws, so its ranks are a random sample of what is left.
  const left = summary.rows - audit.length - queries.length;
  const probability = strategy === 'random' ? Math.min(1, rest.length / left) : 1;
  const restIds = rest.map(({ id }) => id);
  add(rest, 'rank', probability, (at) => `${strategy} rank ${ranks.get(restIds[at] ?? '')}`);

  queries.sort((a, b) => b.value - a.value || compareIds(a.id, b.id));
  return { queries, audit, predicted: [...summary.classCounts] };
}

function drawAudit(summary: PoolSummary, plan: CheckedPlan, isFree: (id: string) => boolean): BatchRow[] {
  const draw = (list: readonly RankedRow[], population: number, name: string): BatchRow[] => {
    const rows = take(list, population, plan.auditSize, isFree, name);
    const inclusionProbability = Math.min(1, rows.length / population);
    return rows.map((row) => ({ ...row, rule: 'audit', reason: 'audit', inclusionProbability }));
  };
  const [, ...positiveCounts] = summary.classCounts;
  if (plan.auditPerClass)
    return positiveCounts.flatMap((population, at) =>
      draw(summary.positivesByClass[at + 1] ?? [], population, `positivesByClass[${at + 1}]`),
    );
  return draw(
    summary.positives,
    positiveCounts.reduce((sum, count) => sum + count, 0),
    'positives',
  );
}

/** The first candidate of each cluster of features: candidates come by falling value. */
function firstOfEachCluster(candidates: readonly RankedRow[], clusters: number, seed: bigint): RankedRow[] {
  const points = candidates.map(({ id, features }) => {
    if (features === undefined)
      throw new ActiveLearningError(
        'INVALID_ARGUMENT',
        `Row ${id} carries no features to cluster by; give summariseShard the shard's features or ask for no clusters`,
      );
    return features;
  });
  const assigned = kMeans(points, clusters, seed);
  return candidates.filter((_, at) => assigned.indexOf(assigned[at] ?? 0) === at);
}
