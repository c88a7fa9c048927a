import { Code, ConnectError } from '@connectrpc/connect';

/** Something went wrong, in terms that the page can show and act on. */
export interface Failure {
  /** What was wrong, where, and what to do. */
  readonly message: string;
  /** The stable reason of a refusal, such as TASK_LEASED. */
  readonly reason: string | undefined;
  /** The service that refused or did not answer, such as labelling; `workbench` where that itself is away. */
  readonly service: string | undefined;
  /** Nobody answers there. */
  readonly away: boolean;
  /** It may go well if it is tried again. */
  readonly passing: boolean;
  /** The user has to sign in. */
  readonly signedOut: boolean;
}

/** An answer of the workbench other than to an RPC was a refusal. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads whatever a call or a request ended with. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RefusedError) {
    return {
      message: error.message,
      reason: undefined,
      service: 'workbench',
      away: false,
      passing: error.status >= 500,
      signedOut: error.status === 401,
    };
  }
  // What fetch itself rejects with: the connection to the workbench failed.
  if (error instanceof TypeError) return awayFrom('workbench', 'the connection to the workbench is broken');
  if (error instanceof ConnectError) {
    const { code, rawMessage, metadata } = error;
    const reason = metadata.get('spectrawl-reason') ?? undefined;
    const service = metadata.get('spectrawl-service') ?? undefined;
    // A call that never reached the workbench carries none of its headers.
    if (service === undefined && [Code.Unknown, Code.Unavailable, Code.Aborted].includes(code)) {
      return awayFrom('workbench', 'the connection to the workbench is broken');
    }
    return {
      message: rawMessage,
      reason,
      service,
      away: code === Code.Unavailable && reason === undefined,
      passing: [Code.Unavailable, Code.DeadlineExceeded, Code.ResourceExhausted, Code.Aborted].includes(code),
      signedOut: code === Code.Unauthenticated,
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, reason: undefined, service: undefined, away: false, passing: false, signedOut: false };
}

function awayFrom(service: string, message: string): Failure {
  return { message, reason: undefined, service, away: true, passing: true, signedOut: false };
}
