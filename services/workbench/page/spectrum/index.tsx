import { EmptyState } from '../ui/empty-state.tsx';

/** One spectrum of a pool. */
export function SpectrumView() {
  return <EmptyState title="No such spectrum" />;
}
