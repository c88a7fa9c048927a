import type { Role } from '@spectrawl/grpc';

/** What a browser's cookie holds, sealed. */
export interface Session {
  /** Under which name its user labels; absent until they have said it. */
  readonly name?: string | undefined;
  /** milliseconds since 1970 after which it is worth nothing */
  readonly expires: number;
}

/** Who makes a request, as the services will see it. */
export interface SignedIn {
  readonly name: string | undefined;
  readonly role: Role;
  /** Bearer token for calls on their behalf; absent where nobody is asked who they are. */
  readonly token: string | undefined;
}
