import { useRouteError } from 'react-router';
import { ErrorState } from '../ui/error-state.tsx';

/** What is shown in place of a view that failed. */
export function RouteError() {
  const error = useRouteError();
  return <ErrorState error={error} retry={() => window.location.reload()} />;
}
