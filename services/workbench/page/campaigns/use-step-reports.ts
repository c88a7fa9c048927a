import { Code, ConnectError } from '@connectrpc/connect';
import { Campaign_State, Iteration_Step, type Campaign, type Iteration } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { inference, labelling, training } from '../app/services.ts';
import { observe, paceOf, type Observation, type Pace } from './pace.ts';
import type { StepReports } from './ring-state.ts';

/** Milliseconds between two looks at the step at hand. */
const LOOK = 1000;

/** Asks the service that does the step at hand how far it is, while it runs. */
export function useStepReports(
  campaign: Campaign | undefined,
  newest: Iteration | undefined,
): { reports: StepReports; pace: Pace | undefined } {
  const isOpen =
    campaign !== undefined &&
    campaign.state !== Campaign_State.COMPLETED &&
    campaign.state !== Campaign_State.CREATED &&
    newest !== undefined;
  const campaignId = campaign?.campaignId ?? '';
  const number = newest?.number ?? -1;
  const runId = `${campaignId}-${number}`;
  const look = (step: Iteration_Step) => ({
    enabled: isOpen && newest.step === step,
    refetchInterval: LOOK,
    staleTime: 0,
  });
  const { data: trainingRun } = useQuery({
    queryKey: ['training-run', runId],
    queryFn: ({ signal }) => orNothing(training.getTrainingRun({ trainingRunId: runId }, { signal })),
    ...look(Iteration_Step.TRAINING),
  });
  const { data: scoringRun, dataUpdatedAt } = useQuery({
    queryKey: ['scoring-run', runId],
    queryFn: ({ signal }) => orNothing(inference.getScoringRun({ scoringRunId: runId }, { signal })),
    ...look(Iteration_Step.SCORING),
  });
  const { data: batch } = useQuery({
    queryKey: ['batch-progress', campaignId, number],
    queryFn: ({ signal }) => orNothing(labelling.getBatchProgress({ campaignId }, { signal })),
    ...look(Iteration_Step.LABELLING),
  });
  const scoring = scoringRun?.scoringRun;
  const pace = usePace(scoring?.scoringRunId, scoring && Number(scoring.rowsScored), dataUpdatedAt);
  return {
    reports: { training: trainingRun?.trainingRun, scoring, batch: batch?.progress },
    pace: pace &&
      scoring && {
        rate: pace.rate,
        secondsLeft: secondsLeft(pace, scoring.shardsScored, scoring.shardsPlanned, Number(scoring.rowsScored)),
      },
  };
}

/** How many spectra remain is known by the shards that remain: they are of one size, but for the last. */
function secondsLeft({ rate }: Pace, scored: number, planned: number, rows: number): number {
  return scored === 0 ? 0 : (rows * (planned - scored)) / scored / rate;
}

function usePace(run: string | undefined, done: number | undefined, time: number): Pace | undefined {
  const [seen, setSeen] = useState<{ run: string | undefined; observations: Observation[] }>();
  useEffect(() => {
    if (done === undefined) return;
    setSeen((before) => ({
      run,
      observations: observe(before?.run === run ? (before?.observations ?? []) : [], { time, done }),
    }));
  }, [run, done, time]);
  return seen && seen.run === run ? paceOf(seen.observations, done ?? 0) : undefined;
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
