import { RpcError, status } from '@spectrawl/grpc';
import type { FastifyReply } from 'fastify';

/** What a request over plain HTTP is told that went wrong, in JSON. */
export interface RefusalAnswer {
  /** What was wrong, where, and what to do. */
  message: string;
  /** The stable reason, such as POOL_SEALED; absent where there is none. */
  reason?: string | undefined;
  /** The service that refused or did not answer. */
  service: string;
}

/** HTTP's statuses for gRPC's; all others are 500. */
const HTTP_STATUS: Partial<Record<status, number>> = {
  [status.INVALID_ARGUMENT]: 400,
  [status.OUT_OF_RANGE]: 400,
  [status.UNAUTHENTICATED]: 401,
  [status.PERMISSION_DENIED]: 403,
  [status.NOT_FOUND]: 404,
  [status.ALREADY_EXISTS]: 409,
  [status.FAILED_PRECONDITION]: 409,
  [status.ABORTED]: 409,
  [status.RESOURCE_EXHAUSTED]: 429,
  [status.UNAVAILABLE]: 503,
  [status.DEADLINE_EXCEEDED]: 504,
};

/** What a failed call is told as; undefined for errors that are no refusal of a service and not the caller's business. */
export function refusalAnswer(error: unknown): { code: number; answer: RefusalAnswer } | undefined {
  if (!(error instanceof RpcError)) return undefined;
  const { code, message, reason, rpc } = error;
  return {
    code: HTTP_STATUS[code] ?? 500,
    answer: { message, reason, service: rpc.split('.')[1] ?? '' },
  };
}

/** Answers a request with what its call failed of. @throws the error itself where it is no refusal of a service */
export async function sendRefusal(reply: FastifyReply, error: unknown): Promise<FastifyReply> {
  const refusal = refusalAnswer(error);
  if (!refusal) throw error;
  return await reply.code(refusal.code).send(refusal.answer);
}
