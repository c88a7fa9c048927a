import { Link, useLocation } from 'react-router';
import { EmptyState } from '../ui/empty-state.tsx';
import { paths } from './paths.ts';

/** There is no view at an address. */
export function NotFound() {
  const { pathname } = useLocation();
  return (
    <EmptyState title="Nothing here" whole action={<Link to={paths.campaigns()}>To the campaigns</Link>}>
      There is no view at <code>{pathname}</code>.
    </EmptyState>
  );
}
