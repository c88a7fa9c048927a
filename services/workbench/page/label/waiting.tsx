import { Campaign_State, Iteration_Step } from '@spectrawl/contracts';
import { useEffect, useEffectEvent } from 'react';
import { paths } from '../app/paths.ts';
import { LoopRing } from '../campaigns/loop-ring.tsx';
import { describeNow } from '../campaigns/now.ts';
import { ringState } from '../campaigns/ring-state.ts';
import { useCampaign } from '../campaigns/use-campaign.ts';
import { useStepReports } from '../campaigns/use-step-reports.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { connectionText } from './batch-words.ts';
import type { LabelState } from './label-session.ts';
import { LinkButton } from './link-button.tsx';
import styles from './waiting.module.css';

interface WaitingProps {
  campaignId: string;
  state: LabelState;
  /** Looks for questions at once. */
  look: () => void;
}

/** No question waits: says what the campaign does meanwhile, live, and shows the next one as soon as it comes. */
export function Waiting({ campaignId, state, look }: WaitingProps) {
  const { latest, failure } = useCampaign(campaignId);
  const campaign = latest?.campaign;
  const newest = latest?.iterations.at(-1);
  const { reports, pace } = useStepReports(campaign, newest);
  const step = newest?.step;
  const lookNow = useEffectEvent(look);
  useEffect(() => {
    if (step === Iteration_Step.LABELLING) lookNow();
  }, [step]);

  const trouble = state.failure ?? (campaign ? undefined : failure);
  if (trouble)
    return (
      <EmptyState
        title={trouble.service === undefined || !trouble.away ? 'Something is wrong' : titleOf(trouble.service)}
      >
        {connectionText(trouble, state.kept)}.
      </EmptyState>
    );
  if (!campaign || state.phase === 'starting') return <Loading what="questions" />;
  if (campaign.state === Campaign_State.COMPLETED)
    return (
      <EmptyState
        title="The campaign is over"
        action={<LinkButton to={paths.candidates(campaignId)}>See its candidates</LinkButton>}
      >
        {campaign.stopReason}
      </EmptyState>
    );
  const ring = ringState(campaign, newest, reports);
  const { headline, details } = describeNow(ring, reports, pace, campaign.stopReason);
  const isHeld = step === Iteration_Step.LABELLING;
  return (
    <section className={styles.waiting} aria-label="What the campaign does">
      <div className={styles.ring}>
        <LoopRing state={ring} />
      </div>
      <div className={styles.words} role="status">
        <h2>{isHeld ? 'Others hold what is left of this batch' : headline}</h2>
        <ul>
          {details.map((detail) => (
            <li key={detail}>{detail}</li>
          ))}
        </ul>
        <p>{campaign.problem === '' ? 'The next spectrum comes by itself.' : campaign.problem}</p>
        {state.entries.length > 0 && <p>← leads back to what you answered.</p>}
      </div>
    </section>
  );
}

function titleOf(service: string): string {
  return service === 'workbench' ? 'The workbench does not answer' : `The service ${service} does not answer`;
}
