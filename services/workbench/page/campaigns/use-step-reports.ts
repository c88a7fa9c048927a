import { Code, ConnectError } from '@connectrpc/connect';
import { Campaign_State, Iteration_Step, type Campaign, type Iteration, type ScoringRun } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { inference, labelling, training } from '../app/services.ts';
import { observe, paceOf, type Observation, type Pace } from './pace.ts';
import type { StepReports } from './ring-state.ts';

/** Milliseconds between two looks at the step at hand. */
const LOOK = 1000;

/** A scoring run, and how far it was at each look. */
interface SeenScoring {
  run: ScoringRun | undefined;
  observations: Observation[];
}

/** Asks the service that does the step at hand how far it is, while it runs. */
export function useStepReports(
  campaign: Campaign | undefined,
  newest: Iteration | undefined,
): { reports: StepReports; pace: Pace | undefined } {
  const campaignId = campaign?.campaignId ?? '';
  const number = newest?.number ?? -1;
  const runId = `${campaignId}-${number}`;
  const look = (step: Iteration_Step) => ({
    enabled: campaign !== undefined && campaign.state !== Campaign_State.COMPLETED && newest?.step === step,
    refetchInterval: LOOK,
    staleTime: 0,
  });
  const { data: trained } = useQuery({
    queryKey: ['training-run', runId],
    queryFn: ({ signal }) => orNothing(training.getTrainingRun({ trainingRunId: runId }, { signal })),
    ...look(Iteration_Step.TRAINING),
  });
  const { data: scored } = useQuery({
    queryKey: ['scoring-run', runId],
    queryFn: async ({ signal, client, queryKey }): Promise<SeenScoring> => {
      const answer = await orNothing(inference.getScoringRun({ scoringRunId: runId }, { signal }));
      const run = answer?.scoringRun;
      const before = client.getQueryData<SeenScoring>(queryKey)?.observations ?? [];
      const done = run && { time: Date.now(), done: Number(run.rowsScored) };
      return { run, observations: done ? observe(before, done) : before };
    },
    ...look(Iteration_Step.SCORING),
  });
  const { data: batch } = useQuery({
    queryKey: ['batch-progress', campaignId, number],
    queryFn: ({ signal }) => orNothing(labelling.getBatchProgress({ campaignId }, { signal })),
    ...look(Iteration_Step.LABELLING),
  });
  return {
    reports: { training: trained?.trainingRun, scoring: scored?.run, batch: batch?.progress },
    pace: scored?.run && paceOf(scored.observations, expectedRows(scored.run)),
  };
}

/** How many spectra there are in all is told by the shards: they are of one size, but for the last. */
function expectedRows({ rowsScored, shardsScored, shardsPlanned }: ScoringRun): number {
  return shardsScored === 0 ? 0 : (Number(rowsScored) * shardsPlanned) / shardsScored;
}

/** A step that just began may not be known yet to the service that does it. */
async function orNothing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ConnectError && error.code === Code.NotFound) return null;
    throw error;
  }
}
