import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { ErrorState } from '../ui/error-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { request } from './request.ts';
import { AskName } from './ask-name.tsx';
import { SignIn, type WayIn } from './sign-in.tsx';

const ROLES = ['viewer', 'annotator', 'operator'] as const;

/** viewer looks, annotator also labels, operator does everything. */
export type Role = (typeof ROLES)[number];

/** What the workbench says of whoever uses the page. */
interface SessionAnswer {
  signedIn: boolean;
  signIn: WayIn;
  name?: string;
  role?: Role;
}

/** Who uses the page. */
export interface Session {
  /** Under which name they label. */
  readonly name: string;
  readonly role: Role;
  readonly signIn: WayIn;
  /** Whether they may do what needs a role. */
  may(role: Role): boolean;
}

const SessionContext = createContext<Session | undefined>(undefined);

/** Who uses the page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionGate around it');
  return session;
}

/** Shows the page to whoever is signed in and has said their name; asks others. */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['session'],
    queryFn: async ({ signal }) => (await (await request('/session', { signal })).json()) as SessionAnswer,
    staleTime: 60_000,
  });
  const session = useMemo(() => (data ? sessionOf(data) : undefined), [data]);
  if (error && !data) return <ErrorState error={error} retry={() => void refetch()} whole />;
  if (!data) return <Loading what="the workbench" whole />;
  if (!data.signedIn) return <SignIn signIn={data.signIn} />;
  if (!session) return <AskName />;
  return <SessionContext value={session}>{children}</SessionContext>;
}

function sessionOf({ name, role = 'viewer', signIn }: SessionAnswer): Session | undefined {
  if (name === undefined) return undefined;
  return { name, role, signIn, may: (needed) => ROLES.indexOf(role) >= ROLES.indexOf(needed) };
}
