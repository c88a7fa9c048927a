import type { Campaign, Iteration } from '@spectrawl/contracts';
import { Link } from 'react-router';
import { paths } from '../app/paths.ts';
import { useSession } from '../app/session.tsx';
import { Panel } from '../ui/panel.tsx';
import { grouped } from '../ui/words.ts';
import styles from './campaigns.module.css';
import { LoopRing } from './loop-ring.tsx';
import { describeNow } from './now.ts';
import { ringState } from './ring-state.ts';
import { useStepReports } from './use-step-reports.ts';

/** The loop as it runs: the ring, and what happens now in words. */
export function LoopPanel({ campaign, newest }: { campaign: Campaign; newest: Iteration | undefined }) {
  const { may } = useSession();
  const { reports, pace } = useStepReports(campaign, newest);
  const state = ringState(campaign, newest, reports);
  const { headline, details } = describeNow(state, reports, pace, campaign.stopReason);
  return (
    <Panel
      title="The loop"
      actions={
        <span className={styles.spent}>
          <b>{grouped(campaign.labelsSpent)}</b> labels spent
        </span>
      }
    >
      <LoopRing state={state} />
      <div className={styles.now}>
        <div>
          <h3>{headline}</h3>
          <ul>
            {details.map((detail) => (
              <li key={detail}>{detail}</li>
            ))}
          </ul>
        </div>
        {state.mood === 'labelling' && may('annotator') && (
          <Link className={styles.create} to={paths.label(campaign.campaignId)}>
            Label
          </Link>
        )}
      </div>
    </Panel>
  );
}
