import { BestRows } from './best-rows.ts';
import { ActiveLearningError, requireCount } from './errors.ts';
import { createDraw, seedText } from './priority.ts';
import type { Seed } from './priority.ts';
import { queryValues } from './query-strategies.ts';
import type { QueryStrategyName } from './query-strategies.ts';
import type { RankedRow } from './ranked-row.ts';
import { HISTOGRAM_BINS, SCORE_STRATA } from './shard-summary.ts';
import type { ShardSummary, SummaryLimits } from './shard-summary.ts';

/** A shard's scores, and what its summary shall keep of them. */
export interface ScoredShard {
  /** The shard's number in its pool. */
  shard: number;
  /** One id a row. */
  ids: readonly string[];
  /** rows × classCount, row-major, each row summing to one; class 0 is "not interesting". */
  probabilities: Float32Array;
  classCount: number;
  /** rows × width, row-major; copied for the rows kept. Without it rows carry no features. */
  features?: Float32Array;
  /** Whether a row is out of the question because its spectrum is labelled already. */
  excluded: (row: number) => boolean;
  strategy: QueryStrategyName;
  limits: SummaryLimits;
  /** The iteration's seed: every iteration draws anew. */
  seed: Seed;
}

/** How far the sum of a row's float32 probabilities may be from one. */
const SUM_TOLERANCE = 1e-3;

/** Index of the most probable class, the lowest of equals, of the row of probabilities that starts at `offset`. */
function mostProbable(probabilities: Float32Array, offset: number, classCount: number): number {
  let best = 0;
  for (let c = 1; c < classCount; c++)
    if ((probabilities[offset + c] ?? 0) > (probabilities[offset + best] ?? 0)) best = c;
  return best;
}

/** p(positive) = 1 − p(class 0), within [0, 1], for the row of probabilities that starts at `offset`. */
export function positiveProbability(probabilities: Float32Array, offset = 0): number {
  return Math.min(1, Math.max(0, 1 - (probabilities[offset] ?? 0)));
}

/** The histogram bin of a probability. */
export function histogramBin(probability: number): number {
  return Math.min(HISTOGRAM_BINS - 1, Math.floor(probability * HISTOGRAM_BINS));
}

function stratumOf(probability: number): number {
  let stratum = SCORE_STRATA.length - 1;
  while (stratum > 0 && probability < (SCORE_STRATA[stratum] ?? 0)) stratum--;
  return stratum;
}

function requireProbabilities({ shard, ids, probabilities, classCount }: ScoredShard): void {
  for (let row = 0; row < ids.length; row++) {
    let sum = 0;
    let least = 0;
    for (let i = row * classCount; i < (row + 1) * classCount; i++) {
      const p = probabilities[i] ?? Number.NaN;
      sum += p;
      if (p < least) least = p;
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || least < 0)
      throw new ActiveLearningError(
        'INVALID_PROBABILITIES',
        `Shard ${shard}, row ${row} (${ids[row]}): the class probabilities must be at least 0 and sum to 1, but are ` +
          `[${probabilities.subarray(row * classCount, (row + 1) * classCount).join(', ')}]; check the model's output`,
      );
  }
}

function requireShard({ shard, ids, classCount, features, limits }: ScoredShard): void {
  requireCount('shard', shard);
  requireCount('classCount', classCount, 2);
  for (const [name, limit] of Object.entries(limits)) requireCount(`limits.${name}`, limit as number);
  if (features !== undefined && ids.length > 0 && (features.length === 0 || features.length % ids.length !== 0))
    throw new ActiveLearningError(
      'INVALID_ARGUMENT',
      `Shard ${shard}: ${features.length} feature values do not divide into ${ids.length} rows`,
    );
}

/**
 * The bounded summary of one shard's scores: counts over all its rows, and the rows that a query batch or an audit of the
 * whole pool may need. O(rows · log(limit)) time; memory only for the rows kept and two numbers a row.
 *
 * @throws {ActiveLearningError} INVALID_PROBABILITIES with the row, or INVALID_ARGUMENT
 */
export function summariseShard(scored: ScoredShard): ShardSummary {
  requireShard(scored);
  const { shard, ids, probabilities, classCount, features, excluded, strategy, seed } = scored;
  const limits = { perStratum: 0, ...scored.limits };
  const values = queryValues(strategy, { ids, probabilities, classCount, seed });
  requireProbabilities(scored);

  const zeros = (length: number): number[] => new Array<number>(length).fill(0);
  const eachClass = <T>(make: (classIndex: number) => T): T[] => Array.from({ length: classCount }, (_, c) => make(c));
  const uncertain = new BestRows(ids, limits.uncertain);
  const uncertainByClass = eachClass(() => new BestRows(ids, limits.perClass));
  const positives = new BestRows(ids, limits.positives);
  const positivesByClass = eachClass((c) => new BestRows(ids, c === 0 ? 0 : limits.positives));
  const exploration = new BestRows(ids, limits.random);
  const strata = SCORE_STRATA.map(() => new BestRows(ids, limits.perStratum));
  const classCounts = zeros(classCount);
  const histogramByClass = eachClass(() => zeros(HISTOGRAM_BINS));
  const stratumCounts = zeros(SCORE_STRATA.length);
  const auditDraw = createDraw(seed, 'audit');
  const explorationDraw = createDraw(seed, 'exploration');
  const stratumDraw = createDraw(seed, 'stratum');
  const count = (counts: number[] | undefined, at: number): void => {
    if (counts !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  };

  let excludedRows = 0;
  for (let row = 0; row < ids.length; row++) {
    if (excluded(row)) {
      excludedRows++;
      continue;
    }
    const id = ids[row] ?? '';
    const value = values[row] ?? 0;
    const predicted = mostProbable(probabilities, row * classCount, classCount);
    const positive = positiveProbability(probabilities, row * classCount);
    const stratum = stratumOf(positive);
    count(classCounts, predicted);
    count(histogramByClass[predicted], histogramBin(positive));
    count(stratumCounts, stratum);
    uncertain.offer(row, -value);
    uncertainByClass[predicted]?.offer(row, -value);
    if (limits.random > 0) exploration.offer(row, explorationDraw(id));
    if (limits.perStratum > 0) strata[stratum]?.offer(row, stratumDraw(id));
    if (predicted !== 0 && limits.positives > 0) {
      const draw = auditDraw(id);
      positives.offer(row, draw);
      positivesByClass[predicted]?.offer(row, draw);
    }
  }

  const width = features === undefined || ids.length === 0 ? 0 : features.length / ids.length;
  const rowsOf = (kept: BestRows, draw: (id: string) => number): RankedRow[] =>
    kept.ranked().map(({ row }) => {
      const id = ids[row] ?? '';
      return {
        id,
        shard,
        row,
        value: values[row] ?? 0,
        priority: draw(id),
        predicted: mostProbable(probabilities, row * classCount, classCount),
        probabilities: probabilities.slice(row * classCount, (row + 1) * classCount),
        ...(features === undefined ? {} : { features: features.slice(row * width, (row + 1) * width) }),
      };
    });

  return {
    shard,
    settings: { classCount, strategy, seed: seedText(seed), limits },
    rows: ids.length - excludedRows,
    excluded: excludedRows,
    classCounts,
    histogram: zeros(HISTOGRAM_BINS).map((_, bin) =>
      histogramByClass.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0),
    ),
    histogramByClass,
    uncertain: rowsOf(uncertain, explorationDraw),
    uncertainByClass: uncertainByClass.map((kept) => rowsOf(kept, explorationDraw)),
    positives: rowsOf(positives, auditDraw),
    positivesByClass: positivesByClass.map((kept) => rowsOf(kept, auditDraw)),
    random: rowsOf(exploration, explorationDraw),
    stratumCounts,
    strata: strata.map((kept) => rowsOf(kept, stratumDraw)),
  };
}
