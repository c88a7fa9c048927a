import { useCampaignId } from '../app/campaign-frame.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** All campaigns. */
export function CampaignsView() {
  return <EmptyState title="No campaigns yet">A campaign searches one pool for rare objects.</EmptyState>;
}

/** The loop of one campaign. */
export function CampaignView() {
  const campaignId = useCampaignId();
  return <EmptyState title={`Campaign ${campaignId}`}>It has not been started.</EmptyState>;
}
