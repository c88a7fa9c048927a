import { status } from '@grpc/grpc-js';
import { logger } from '@spectrawl/telemetry';
import { LOCAL_CALLER, type Caller, type Role } from './access.ts';
import type { CallFailure } from './call-failure.ts';

const log = logger('audit');

/** Notes who called an RPC that changes something, and how it ended. */
export function noteChange(rpc: string, role: Role, caller: Caller, failure?: CallFailure): void {
  const change = changeOf(rpc, role, caller, failure);
  if (change !== undefined) log.info(change, 'change asked for');
}

/** @returns what is noted; undefined for RPCs that only read, and where nobody is asked who they are */
export function changeOf(
  rpc: string,
  role: Role,
  caller: Caller,
  failure?: CallFailure,
): Record<string, unknown> | undefined {
  if (role === 'viewer' || caller === LOCAL_CALLER) return undefined;
  const { subject, issuer, name, role: held } = caller;
  const outcome = failure === undefined ? 'OK' : (failure.metadata?.get('spectrawl-reason')[0] ?? status[failure.code]);
  return { rpc, subject, issuer, name, role: held, outcome };
}
