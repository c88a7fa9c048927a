import { Iteration_Step, type Iteration } from '@spectrawl/contracts';
import type { Spectrawl } from './connect.ts';
import { percent } from './iteration-rows.ts';

/** What an iteration is doing right now, in words: asks the service that does it. */
export async function describeStep(spectrawl: Spectrawl, { campaignId, number, step }: Iteration): Promise<string> {
  const runId = `${campaignId}-${number}`;
  switch (step) {
    case Iteration_Step.TRAINING: {
      const { trainingRun } = await spectrawl.training.getTrainingRun({ trainingRunId: runId });
      const progress = trainingRun?.progress;
      if (!progress) return `iteration ${number}: collecting labels and features`;
      const { epoch, loss, accuracy, examplesPerSecond, secondsLeft } = progress;
      return `iteration ${number}: training, epoch ${epoch}, loss ${loss.toFixed(4)}, ${percent(accuracy)} right, ${examplesPerSecond.toFixed(0)} spectra/s, at most ${duration(secondsLeft)} left`;
    }
    case Iteration_Step.SCORING: {
      const { scoringRun } = await spectrawl.inference.getScoringRun({ scoringRunId: runId });
      return `iteration ${number}: scoring, ${scoringRun?.shardsScored} of ${scoringRun?.shardsPlanned} shards, ${scoringRun?.rowsScored} spectra`;
    }
    case Iteration_Step.LABELLING: {
      const { progress } = await spectrawl.labelling.getBatchProgress({ campaignId });
      return `iteration ${number}: labelling, ${progress?.answered} of ${progress?.tasks} answered (spectrawl label ${campaignId})`;
    }
    default:
      return `iteration ${number}: choosing what to ask`;
  }
}

function duration(seconds: number): string {
  return seconds < 90 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
}
