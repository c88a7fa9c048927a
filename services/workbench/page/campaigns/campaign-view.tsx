import { Campaign_State, type Campaign, type Iteration } from '@spectrawl/contracts';
import { useState } from 'react';
import { Link } from 'react-router';
import { useCampaignId } from '../app/campaign-frame.tsx';
import type { Failure } from '../app/failure.ts';
import { paths } from '../app/paths.ts';
import { useSession } from '../app/session.tsx';
import { LearningCurveChart } from '../chart/learning-curve-chart.tsx';
import { StackedCountsChart } from '../chart/stacked-counts-chart.tsx';
import { Choice } from '../ui/choice.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Panel } from '../ui/panel.tsx';
import { CampaignActions } from './campaign-actions.tsx';
import { CampaignFacts } from './campaign-facts.tsx';
import styles from './campaigns.module.css';
import { CataloguePanel } from './catalogue-panel.tsx';
import { IterationsTable } from './iterations-table.tsx';
import { learningCurve, predictedCounts } from './learning-curve.ts';
import { LoopPanel } from './loop-panel.tsx';
import { StateChip } from './state-chip.tsx';
import { StoppingPanel } from './stopping-panel.tsx';
import { methodOf } from './stopping.ts';
import { useCampaign } from './use-campaign.ts';

/** One campaign: the loop as it runs, what it has learnt, and how far it is. */
export function CampaignView() {
  const campaignId = useCampaignId();
  const { latest, failure } = useCampaign(campaignId);
  if (latest?.campaign)
    return <CampaignPage campaign={latest.campaign} iterations={latest.iterations} failure={failure} />;
  return (
    <Page title={campaignId}>
      {failure?.reason === 'CAMPAIGN_NOT_FOUND' ? (
        <EmptyState title="No such campaign" action={<Link to={paths.campaigns()}>To the campaigns</Link>}>
          There is no campaign “{campaignId}”: its name may be misspelt.
        </EmptyState>
      ) : failure ? (
        <Unreachable failure={failure} />
      ) : (
        <Loading what={`campaign ${campaignId}`} />
      )}
    </Page>
  );
}

interface CampaignPageProps {
  campaign: Campaign;
  iterations: readonly Iteration[];
  failure: Failure | undefined;
}

function CampaignPage({ campaign, iterations, failure }: CampaignPageProps) {
  const { may } = useSession();
  return (
    <Page
      title={campaign.campaignId}
      actions={
        <>
          <StateChip campaign={campaign} />
          {may('operator') && <CampaignActions campaign={campaign} />}
        </>
      }
    >
      <div className={styles.notices}>
        {failure && <Unreachable failure={failure} />}
        <Problem campaign={campaign} />
      </div>
      <div className={styles.loop}>
        <LoopPanel campaign={campaign} newest={iterations.at(-1)} />
        <LearningPanel campaign={campaign} iterations={iterations} />
      </div>
      <div className={styles.pair}>
        <CountsPanel campaign={campaign} iterations={iterations} />
        <div className={styles.column}>
          {campaign.catalogue ? (
            <CataloguePanel campaign={campaign} catalogue={campaign.catalogue} />
          ) : (
            <StoppingPanel campaign={campaign} iterations={iterations} />
          )}
          <CampaignFacts campaign={campaign} />
        </div>
      </div>
      <IterationsTable campaign={campaign} iterations={iterations} />
    </Page>
  );
}

function Unreachable({ failure: { message, service, away } }: { failure: Failure }) {
  return (
    <Notice
      tone="warning"
      title={away ? `The service ${service ?? 'workbench'} does not answer` : 'News of this campaign do not come in'}
    >
      {message}. What is shown is what was last heard; it is asked again by itself.
    </Notice>
  );
}

function Problem({ campaign: { state, problem } }: { campaign: Campaign }) {
  if (problem === '') return null;
  return state === Campaign_State.FAILED ? (
    <Notice tone="bad" title="A step failed and needs you">
      {problem}. Then resume the campaign: the step is tried again.
    </Notice>
  ) : (
    <Notice tone="warning" title="It waits, and tries further by itself">
      {problem}
    </Notice>
  );
}

const ALL = 'all';

function LearningPanel({ campaign, iterations }: { campaign: Campaign; iterations: readonly Iteration[] }) {
  const [shown, setShown] = useState(ALL);
  const { stopping } = methodOf(campaign);
  const classes = campaign.classes.slice(1);
  return (
    <Panel
      title="Learning curve"
      actions={
        <Choice
          label="Error of"
          options={[{ value: ALL, name: 'all' }, ...classes.map((name) => ({ value: name, name }))]}
          value={shown}
          onChange={setShown}
        />
      }
    >
      <LearningCurveChart
        points={learningCurve(iterations, shown === ALL ? undefined : shown)}
        target={stopping.maxError}
        confidence={stopping.confidence}
      />
    </Panel>
  );
}

function CountsPanel({ campaign, iterations }: { campaign: Campaign; iterations: readonly Iteration[] }) {
  const [stack, setStack] = useState<'positives' | 'all'>('positives');
  return (
    <Panel
      title="Predicted counts"
      actions={
        <Choice
          label="Classes in the stack"
          options={[
            { value: 'positives', name: 'positives' },
            { value: 'all', name: `with ${campaign.classes[0] ?? 'the rest'}` },
          ]}
          value={stack}
          onChange={setStack}
        />
      }
    >
      <StackedCountsChart
        iterations={predictedCounts(iterations)}
        classes={campaign.classes}
        withFirst={stack === 'all'}
      />
    </Panel>
  );
}
