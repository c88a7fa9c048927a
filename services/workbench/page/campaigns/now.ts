import { TrainingRun_State } from '@spectrawl/contracts';
import type { Pace } from './pace.ts';
import type { RingState, StepReports } from './ring-state.ts';
import { duration, grouped, percentage, rate } from '../ui/words.ts';

/** What happens right now, for people. */
export interface Now {
  /** E.g. "Scoring the pool". */
  headline: string;
  /** E.g. "12 of 32 shards", "41 200 spectra/s", "3 min left"; none where nothing is counted. */
  details: string[];
}

/** Says what a campaign does, with the pace of its scoring in spectra. */
export function describeNow(
  { mood, current, iteration }: RingState,
  reports: StepReports,
  pace: Pace | undefined,
  stopReason: string,
): Now {
  switch (mood) {
    case 'idle':
      return { headline: 'Not started', details: ['Start it to train on the labels of its seed pools'] };
    case 'completed':
      return { headline: 'Completed', details: [stopReason] };
    case 'paused':
      return { headline: 'Paused', details: ['The step at hand is finished; the next one waits for a resume'] };
    default:
      break;
  }
  switch (current) {
    case 'train':
      return { headline: 'Training', details: training(reports) };
    case 'score':
      return { headline: 'Scoring the pool', details: scoring(reports, pace) };
    case 'select':
      return { headline: 'Choosing what to ask', details: ['Summaries of the shards are merged, a batch is drawn'] };
    case 'label':
      return { headline: 'Waiting for labels', details: labelling(reports) };
    default:
      return iteration
        ? { headline: 'Next iteration begins', details: ['Labels are read, the plan is written'] }
        : { headline: 'Starting', details: ['Labels of the seed pools are read'] };
  }
}

function training({ training: run }: StepReports): string[] {
  if (run?.state !== TrainingRun_State.TRAINING || !run.progress) return ['Labels and features are collected'];
  const { epoch, maxEpochs, loss, accuracy, examplesPerSecond, secondsLeft } = run.progress;
  return [
    `epoch ${epoch} of at most ${maxEpochs}`,
    `loss ${Number(loss.toPrecision(3))} nats, ${percentage(accuracy)} right`,
    `${rate(examplesPerSecond)} spectra/s, at most ${duration(secondsLeft)} left`,
  ];
}

function scoring({ scoring: run }: StepReports, pace: Pace | undefined): string[] {
  if (!run) return ['Shards are handed out'];
  const { shardsScored, shardsPlanned, rowsScored } = run;
  return [
    `${grouped(shardsScored)} of ${grouped(shardsPlanned)} shards, ${grouped(rowsScored)} spectra`,
    ...(pace ? [`${rate(pace.rate)} spectra/s, ${duration(pace.secondsLeft)} left`] : []),
  ];
}

function labelling({ batch }: StepReports): string[] {
  if (!batch) return ['The batch is handed out'];
  const { answered, tasks, unsure, skipped } = batch;
  const abstained = [...(unsure > 0 ? [`${unsure} unsure`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  return [`${answered} of ${tasks} answered`, ...(abstained.length > 0 ? [abstained.join(', ')] : [])];
}
