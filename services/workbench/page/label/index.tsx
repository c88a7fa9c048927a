import { useCampaignId } from '../app/campaign-frame.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

/** Where labels are given. */
export function LabelView() {
  const campaignId = useCampaignId();
  return <EmptyState title="No batch waits">Campaign {campaignId} asks for no labels at the moment.</EmptyState>;
}
