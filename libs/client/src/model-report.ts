import type { Model } from '@spectrawl/contracts';
import { percent } from './iteration-rows.ts';
import { sparkline } from './plot/sparkline.ts';
import { columns } from './terminal/columns.ts';

/** A model for people: its training set, the course of its loss, and its confusion matrix. */
export function modelReport({
  modelId,
  campaignId,
  iteration,
  architecture,
  parameterCount,
  classes,
  precision,
  seed,
  trainingSet,
  metrics,
  parentModelId,
  weightsSha256,
}: Model): string {
  const counts = classes.map((name, at) => `${trainingSet?.classCounts[at] ?? 0} ${name}`).join(', ');
  const start = parentModelId === '' ? 'trained afresh' : `trained on from ${parentModelId}`;
  const lines = [
    `model ${modelId}: campaign ${campaignId}, iteration ${iteration}`,
    `${architecture}, ${parameterCount} parameters, ${precision}, seed ${seed}, ${start}`,
    `weights sha256 ${weightsSha256}`,
    `trained on ${counts}; ${trainingSet?.poolNegatives ?? 0} pool negatives; ${trainingSet?.examples ?? 0} spectra in all`,
  ];
  if (metrics) {
    const { epochs, bestEpoch, loss, accuracy, seconds, lossHistory, confusionMatrix } = metrics;
    lines.push(
      `${epochs} epochs in ${seconds.toFixed(1)} s; best epoch ${bestEpoch}: loss ${loss.toFixed(4)}, ${percent(accuracy)} right`,
    );
    if (lossHistory.length > 0) {
      const [first = 0] = lossHistory;
      lines.push(`loss ${first.toFixed(4)} ${sparkline(lossHistory)} ${(lossHistory.at(-1) ?? 0).toFixed(4)}`);
    }
    if (confusionMatrix.length === classes.length ** 2) lines.push('', confusionTable(classes, confusionMatrix));
  }
  return lines.join('\n');
}

/** @param matrix row by row: entry t × classes + p counts spectra of class t predicted as p */
export function confusionTable(classes: readonly string[], matrix: readonly number[]): string {
  const width = classes.length;
  return columns(
    ['labelled as', ...classes.map((name) => `predicted ${name}`), 'right'],
    classes.map((name, at) => {
      const row = matrix.slice(at * width, (at + 1) * width);
      const all = row.reduce((sum, count) => sum + count, 0);
      return [name, ...row, all === 0 ? '–' : percent((row[at] ?? 0) / all)];
    }),
  );
}
