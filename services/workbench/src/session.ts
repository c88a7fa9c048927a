import type { Role } from '@spectrawl/grpc';

/** Tokens of an identity provider, or one that its bearer brought. */
export interface Tokens {
  /** What the services are shown. */
  readonly bearer: string;
  /** milliseconds since 1970 from which on the bearer is worth nothing */
  readonly bearerExpires: number;
  /** Brings new ones, where the provider gave one. */
  readonly refresh?: string | undefined;
}

/** What a browser's cookie holds, sealed. */
export interface Session {
  /** Under which name its user labels, where no token tells; absent until they have said it. */
  readonly name?: string | undefined;
  /** Absent where nobody is asked who they are. */
  readonly tokens?: Tokens | undefined;
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
