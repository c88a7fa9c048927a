import type { Model } from '@spectrawl/contracts';
import { counter, histogram } from '@spectrawl/telemetry';

const OUTCOME = 'spectrawl.training.outcome';

const duration = histogram(
  'spectrawl.training.duration',
  { description: 'Trainings that brought a model', unit: 's' },
  [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400],
);
const runs = counter('spectrawl.training.runs', { description: 'Trainings that ended, by how', unit: '{training}' });
const epochs = counter('spectrawl.training.epochs', { description: 'Epochs of trainings that ended', unit: '{epoch}' });

/** Counts a training that has ended: with a model, or for good without one. */
export function countTraining(outcome: 'succeeded' | 'failed', metrics?: Model['metrics']): void {
  runs.add(1, { [OUTCOME]: outcome });
  if (metrics === undefined) return;
  duration.record(metrics.seconds);
  epochs.add(metrics.epochs);
}
