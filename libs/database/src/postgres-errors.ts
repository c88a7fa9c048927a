/** https://www.postgresql.org/docs/current/errcodes-appendix.html: another transaction came in between, and won. */
const CONFLICTS = ['40001', '40P01'];

/**
 * The server is starting, stopping, has no connection left, or the way to it is broken: PostgreSQL's codes, then the system's.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html, errno(3), getaddrinfo(3)
 */
const PASSING = [
  '08000 08001 08003 08004 08006 53300 57P01 57P02 57P03',
  'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN',
].flatMap((codes) => codes.split(' '));

/** What pg says, without a code, of connections that end while they are made. */
const PASSING_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying|Client has encountered a connection error)/;

/** Whether a transaction failed because of another one, and would do if it were run again. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.includes(codeOf(error));
}

/** Whether a connection could not be made for a reason that passes. */
export function isPassing(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isPassing);
  return PASSING.includes(codeOf(error)) || (error instanceof Error && PASSING_MESSAGES.test(error.message));
}

/** The reason for messages: of several addresses' refusals, the first one. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
