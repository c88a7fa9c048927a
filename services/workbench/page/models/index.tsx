import { EmptyState } from '../ui/empty-state.tsx';

/** The models of a campaign. */
export function ModelsView() {
  return <EmptyState title="No models yet">Each iteration trains one.</EmptyState>;
}

/** One model. */
export function ModelView() {
  return <EmptyState title="No such model" />;
}
