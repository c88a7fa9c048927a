import { Campaign_State, Iteration_Step } from '@spectrawl/contracts';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { paths } from './paths.ts';
import { selection } from './services.ts';
import { useSession } from './session.tsx';

/** More campaigns than anybody has under way at a time. */
const CAMPAIGNS = 100;

/** The first view: where a batch waits for labels, and one may give them, that one; else the campaigns. */
export function Start() {
  const session = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['start', session.role],
    queryFn: ({ signal }) => (session.may('annotator') ? waitingCampaign(signal) : Promise.resolve(null)),
    staleTime: 0,
  });
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the campaigns" />;
  return <Navigate to={data === null ? paths.campaigns() : paths.label(data)} replace />;
}

/** @returns the campaign whose batch waits for labels, or null */
async function waitingCampaign(signal: AbortSignal): Promise<string | null> {
  const { campaigns } = await selection.listCampaigns({ pageSize: CAMPAIGNS }, { signal });
  const running = campaigns.filter(({ state }) => state === Campaign_State.RUNNING);
  const steps = await Promise.all(
    running.map(async ({ campaignId }) => {
      const { iterations } = await selection.listIterations({ campaignId, pageSize: 1000 }, { signal });
      return { campaignId, step: iterations.at(-1)?.step };
    }),
  );
  return steps.find(({ step }) => step === Iteration_Step.LABELLING)?.campaignId ?? null;
}
