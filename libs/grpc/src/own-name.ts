import { includes, type Caller } from './access.ts';
import { ServiceError } from './service-error.ts';

/**
 * Annotators act under their own name; operators under any, for programs they run and for people who have no login.
 * @throws {ServiceError} NOT_YOUR_NAME
 */
export function requireOwnName({ role, name, subject }: Caller, annotator: string | undefined): void {
  if (includes(role, 'operator') || annotator === name) return;
  throw new ServiceError(
    'NOT_YOUR_NAME',
    `${subject} answers as "${name}", not as "${annotator ?? ''}": give that name`,
  );
}
