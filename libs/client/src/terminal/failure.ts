import { RpcError, status } from '@spectrawl/grpc';

/** What scripts can tell a command's end by. */
export const EXIT = {
  ok: 0,
  /** Anything not listed below. */
  failed: 1,
  /** The command line or a file given to it is wrong. */
  usage: 2,
  /** No service answers. */
  unavailable: 3,
  /** What was named does not exist. */
  notFound: 4,
  /** The service refused: it exists already, is not ready, is over. */
  refused: 5,
  /** Who calls is not known, or may not do this. */
  notAllowed: 6,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** The command line, or a file given to it, is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Ctrl-C, or a signal to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor() {
    super('interrupted');
  }
}

/** Which exit code a failure ends the command with. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (!(error instanceof RpcError)) return EXIT.failed;
  switch (error.code) {
    case status.INVALID_ARGUMENT:
      return EXIT.usage;
    case status.UNAVAILABLE:
      return EXIT.unavailable;
    case status.NOT_FOUND:
      return EXIT.notFound;
    case status.ALREADY_EXISTS:
    case status.FAILED_PRECONDITION:
      return EXIT.refused;
    case status.UNAUTHENTICATED:
    case status.PERMISSION_DENIED:
      return EXIT.notAllowed;
    default:
      return EXIT.failed;
  }
}

/** What a failure says to a person. */
export function failureText(error: unknown): string {
  if (error instanceof RpcError && error.code === status.UNAVAILABLE && error.reason === undefined) {
    return `${error.message}: start the services with \`make run\` or \`make up\`, or give --address HOST:PORT or --connection FILE`;
  }
  return error instanceof Error ? error.message : String(error);
}
