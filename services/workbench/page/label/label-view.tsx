import { useParams } from 'react-router';
import { useCampaignId } from '../app/campaign-frame.tsx';
import { paths } from '../app/paths.ts';
import { useSession } from '../app/session.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { LinkButton } from './link-button.tsx';
import { LabelScreen } from './label-screen.tsx';
import { useSoleTab } from './use-sole-tab.ts';

/** Where labels are given. */
export function LabelView() {
  const campaignId = useCampaignId();
  const { taskId } = useParams();
  const { name, may } = useSession();
  const { isSole, takeOver } = useSoleTab(`spectrawl label ${campaignId} ${name}`);
  if (!may('annotator'))
    return (
      <EmptyState
        title="You may look, not label"
        action={<LinkButton to={paths.campaign(campaignId)}>See how the campaign goes</LinkButton>}
      >
        {name} has the role viewer. Whoever runs this workbench can give you the role annotator.
      </EmptyState>
    );
  if (isSole === false)
    return (
      <EmptyState
        title="You label this campaign in another tab"
        action={
          <Button kind="primary" onClick={takeOver}>
            Label here instead
          </Button>
        }
      >
        Both would show you the same spectra.
      </EmptyState>
    );
  if (isSole === undefined) return null;
  return <LabelScreen key={`${campaignId} ${name}`} campaignId={campaignId} annotator={name} taskId={taskId} />;
}
