/** What callers may do, from least to most; each role includes those before it. */
export const ROLES = ['viewer', 'annotator', 'operator'] as const;

/** viewer reads, annotator also answers labelling tasks, operator does everything. */
export type Role = (typeof ROLES)[number];

/** Who makes a call. */
export interface Caller {
  /** Identity as the issuer of the token knows it, for logs and audits. */
  readonly subject: string;
  /** Name under which the caller labels. */
  readonly name: string;
  readonly role: Role;
  /** Who vouches for the subject. */
  readonly issuer?: string;
}

/** Tells who makes a call from the credentials that come with it. */
export interface Authenticator {
  /**
   * @param authorization value of the header `authorization`, such as `Bearer …`; undefined where the caller sent none
   * @throws {ServiceError} UNAUTHENTICATED; the message never repeats what was sent
   */
  authenticate(authorization: string | undefined): Promise<Caller>;
}

/** Who calls where nobody is asked who they are: the shape that listens on loopback only. */
export const LOCAL_CALLER: Caller = { subject: 'local', name: 'local', role: 'operator' };

/** Whether a caller of one role may do what needs another. */
export function includes(role: Role, required: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(required);
}
