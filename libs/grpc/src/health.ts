import { status } from '@grpc/grpc-js';
import { RpcError, type Channel } from './client.ts';
import { HealthService } from './health-contract.ts';

/** https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const SERVING = 1;

/** milliseconds after which a service that says nothing is not serving */
const PATIENCE = 5_000;

/** What a call says of a server that is not up, or not yet, or no more. */
const ABSENT: readonly status[] = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED];

type Check = (request: { service: string }, options: { deadline: number }) => Promise<{ status: number }>;

/**
 * Asks a server's health service.
 * @param service full name, e.g. `spectrawl.selection.v1.SelectionService`; empty for the server as a whole
 * @returns whether it serves; false, too, where it cannot be reached or does not answer in time
 * @throws {RpcError} when it refuses to say, for want of a login
 */
export async function isServing(channel: Channel, service = ''): Promise<boolean> {
  const { check } = channel.client(HealthService) as unknown as { check: Check };
  try {
    return (await check({ service }, { deadline: PATIENCE })).status === SERVING;
  } catch (error) {
    if (error instanceof RpcError && ABSENT.includes(error.code)) return false;
    throw error;
  }
}
