import { ServerInterceptingCall, type Metadata, type ServerInterceptor } from '@grpc/grpc-js';
import { logger } from '@spectrawl/telemetry';
import { includes, LOCAL_CALLER, type Authenticator, type Caller, type Role } from './access.ts';
import { failureOf } from './call-failure.ts';
import { ServiceError } from './service-error.ts';

const log = logger('access');

/**
 * Stands before every RPC of a server, those of health and reflection included: nothing of a call is read before its caller is known
 * and has the role that the RPC needs.
 */
export class AccessGuard {
  readonly #authenticator: Authenticator | undefined;
  readonly #roles = new Map<string, Role>();
  /** A call's metadata is the one object that the interceptor and the handler both see. */
  readonly #callers = new WeakMap<Metadata, Caller>();

  /** @param authenticator absent: everybody is {@link LOCAL_CALLER} */
  constructor(authenticator: Authenticator | undefined) {
    this.#authenticator = authenticator;
  }

  /** Sets the role that an RPC needs; others are refused. @param rpc `package.Service/Method` */
  require(rpc: string, role: Role): void {
    this.#roles.set(rpc, role);
  }

  /** Who makes the call with this metadata, after it was let in. */
  callerOf(metadata: Metadata): Caller {
    if (this.#authenticator === undefined) return LOCAL_CALLER;
    const caller = this.#callers.get(metadata);
    if (caller === undefined) throw new TypeError('a call got past the guard');
    return caller;
  }

  /** What a server puts before its handlers. */
  interceptors(): ServerInterceptor[] {
    return this.#authenticator === undefined ? [] : [this.#interceptor(this.#authenticator)];
  }

  readonly #interceptor =
    (authenticator: Authenticator): ServerInterceptor =>
    (method, call) => {
      const rpc = method.path.slice(1);
      return new ServerInterceptingCall(call, {
        start: (next) =>
          next({
            onReceiveMetadata: (metadata, proceed) => {
              this.#admit(authenticator, rpc, call.getPeer(), metadata).then(
                () => proceed(metadata),
                (error: unknown) => call.sendStatus(failureOf(rpc, error)),
              );
            },
          }),
      });
    };

  async #admit(authenticator: Authenticator, rpc: string, peer: string, metadata: Metadata): Promise<void> {
    let caller: Caller | undefined;
    try {
      caller = await callerBy(authenticator, metadata);
      this.#requireRole(rpc, caller);
      this.#callers.set(metadata, caller);
    } catch (error) {
      if (error instanceof ServiceError) {
        const { reason, message: problem } = error;
        log.warn({ rpc, peer, subject: caller?.subject, reason, problem }, 'call refused');
      }
      throw error;
    }
  }

  #requireRole(rpc: string, { role, subject }: Caller): void {
    const required = this.#roles.get(rpc);
    if (required !== undefined && includes(role, required)) return;
    throw new ServiceError(
      'ROLE_TOO_SMALL',
      `${rpc} needs the role ${required ?? 'of nobody'}; ${subject} is ${role}: ask whoever gives out roles`,
    );
  }
}

async function callerBy(authenticator: Authenticator, metadata: Metadata): Promise<Caller> {
  const authorization = metadata.get('authorization').map(String);
  // Nobody behind the guard needs the token, so nobody can lose it.
  metadata.remove('authorization');
  if (authorization.length > 1) {
    throw new ServiceError('UNAUTHENTICATED', 'the call carries several authorization headers: send one');
  }
  return await authenticator.authenticate(authorization[0]);
}
