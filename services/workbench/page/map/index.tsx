import { EmptyState } from '../ui/empty-state.tsx';

/** The pool as the network sees it. */
export function MapView() {
  return <EmptyState title="No map yet">It is drawn when the pool has been scored for the first time.</EmptyState>;
}
