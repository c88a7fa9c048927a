import { status } from '@grpc/grpc-js';
import { logger } from '@spectrawl/telemetry';
import { LOCAL_CALLER, type Caller, type Role } from './access.ts';
import type { CallFailure } from './call-failure.ts';

const log = logger('audit');

/** Notes who called an RPC that changes something, and how it ended. */
export function noteChange(rpc: string, role: Role, caller: Caller, failure?: CallFailure): void {
  if (role === 'viewer' || caller === LOCAL_CALLER) return;
  const { subject, issuer, name, role: held } = caller;
  const outcome = failure === undefined ? 'OK' : (failure.metadata?.get('spectrawl-reason')[0] ?? status[failure.code]);
  log.info({ rpc, subject, issuer, annotator: name, role: held, outcome }, 'change asked for');
}
