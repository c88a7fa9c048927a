import { EmptyState } from '../ui/empty-state.tsx';

/** The pools of spectra. */
export function PoolsView() {
  return <EmptyState title="No pools yet">A pool holds the spectra that a campaign searches.</EmptyState>;
}

/** One pool: what came in, and what did not. */
export function PoolView() {
  return <EmptyState title="No such pool" />;
}
