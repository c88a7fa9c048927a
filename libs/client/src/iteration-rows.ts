import { IterationKind, type Iteration } from '@spectrawl/contracts';

/** Columns of the table of iterations; `extra` ones come before the times. */
export function iterationHeader(classes: readonly string[], extra: readonly string[] = []): string[] {
  return ['iteration', 'labels', ...classes, 'audited error', 'bounds', ...extra, 'train s', 'score s', 'select s'];
}

/** One iteration as a row of that table. The bounds are the two-sided interval at the campaign's confidence. */
export function iterationRow(iteration: Iteration, extra: readonly string[] = []): (string | number)[] {
  const { number, kind, labelsSpent, classCounts, estimate, seconds } = iteration;
  const overall = estimate?.overall;
  const error = overall?.error === undefined ? '' : percent(overall.error);
  const audited = overall ? ` (${overall.wrong + overall.undecided}/${overall.audited})` : '';
  const bounds = overall ? `${percent(overall.errorLower)} – ${percent(overall.errorUpper)}` : '';
  return [
    kind === IterationKind.FINAL ? `${number} final` : `${number}`,
    labelsSpent,
    ...classCounts.map(Number),
    `${error}${audited}`,
    bounds,
    ...extra,
    (seconds?.training ?? 0).toFixed(1),
    (seconds?.scoring ?? 0).toFixed(1),
    (seconds?.selecting ?? 0).toFixed(1),
  ];
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
