import { RpcError } from './client.ts';
import { ServiceError } from './service-error.ts';

/** A refusal of another service that the caller can act on, as our own; any other failure as it is. */
export function asRefusal(error: unknown): unknown {
  return error instanceof RpcError && error.reason !== undefined
    ? new ServiceError(error.reason, error.message)
    : error;
}
