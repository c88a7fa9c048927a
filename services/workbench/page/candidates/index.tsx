import { EmptyState } from '../ui/empty-state.tsx';

/** What the campaign has found. */
export function CandidatesView() {
  return <EmptyState title="No candidates yet">They show when the pool has been scored for the first time.</EmptyState>;
}
