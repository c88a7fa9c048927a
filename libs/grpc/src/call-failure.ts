import { Metadata, status } from '@grpc/grpc-js';
import { logger } from '@spectrawl/telemetry';
import { REASONS, ServiceError } from './service-error.ts';

const log = logger('grpc');

/** How a failed call ends. */
export interface CallFailure {
  code: status;
  details: string;
  metadata?: Metadata;
}

/** What the caller is told of an error: a refusal as it is; anything else is logged here, once, and kept from the caller. */
export function failureOf(rpc: string, error: unknown, signal?: AbortSignal): CallFailure {
  if (error instanceof ServiceError) {
    const metadata = new Metadata();
    metadata.set('spectrawl-reason', error.reason);
    return { code: REASONS[error.reason], details: error.message, metadata };
  }
  if (signal?.aborted) return { code: status.CANCELLED, details: 'the caller left or its deadline passed' };
  log.error({ rpc, error }, 'call failed');
  return { code: status.INTERNAL, details: `${rpc} failed; the service's log has the reason` };
}
