import { EmptyState } from '../ui/empty-state.tsx';

/** How well annotators agree, and where they do not. */
export function AgreementView() {
  return (
    <EmptyState title="Nobody to compare yet">
      Agreement shows when two people have labelled the same spectra.
    </EmptyState>
  );
}
