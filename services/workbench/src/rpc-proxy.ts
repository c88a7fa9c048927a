import type { DescMethod, DescService } from '@bufbuild/protobuf';
import {
  Code,
  ConnectError,
  createContextKey,
  type ConnectRouter,
  type HandlerContext,
  type ServiceImpl,
} from '@connectrpc/connect';
import { Inject, Injectable } from '@nestjs/common';
import { RpcError, type CallOptions, type ServiceClient } from '@spectrawl/grpc';
import { LOGGER } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { clientsOfServices, type ClientsOfServices } from './forwarded-services.ts';
import type { SignedIn } from './session.ts';

/** Who makes a call: set for each request, before it is forwarded. */
export const CALLER = createContextKey<SignedIn | undefined>(undefined, { description: 'who makes the call' });

/** Headers of a refusal: its stable reason, and the service that refused or did not answer. */
const REASON = 'spectrawl-reason';
const SERVICE = 'spectrawl-service';

type UnaryCall = (request: object, options: CallOptions) => Promise<object>;
type StreamingCall = (request: object, options: CallOptions) => AsyncIterable<object>;

/**
 * Answers in the browsers' protocol (Connect) every RPC of the other services that browsers can make, by asking the service in the
 * caller's name. What the caller gives up is given up there, too; a stream is read no faster than the browser reads.
 */
@Injectable()
export class RpcProxy {
  readonly #clients: ClientsOfServices;
  readonly #log: Logger;

  constructor(@Inject(clientsOfServices) clients: ClientsOfServices, @Inject(LOGGER) log: Logger) {
    this.#clients = clients;
    this.#log = log;
  }

  /** Adds a route for each RPC. */
  routes(router: ConnectRouter): void {
    for (const [service, client] of this.#clients) {
      const handlers = service.methods.flatMap((method) => {
        const handler = this.#handlerOf(method, client);
        return handler ? [[method.localName, handler] as const] : [];
      });
      router.service(service, Object.fromEntries(handlers) as unknown as Partial<ServiceImpl<DescService>>);
    }
  }

  /** @returns undefined where browsers can't make the call: they send no streams */
  #handlerOf(method: DescMethod, client: ServiceClient<DescService>): object | undefined {
    const call: unknown = client[method.localName];
    switch (method.methodKind) {
      case 'unary':
        return async (request: object, context: HandlerContext) => {
          try {
            return await (call as UnaryCall)(request, optionsOf(context));
          } catch (error) {
            throw this.#refusal(method, error);
          }
        };
      case 'server_streaming': {
        const refusal = (error: unknown): ConnectError => this.#refusal(method, error);
        return async function* (request: object, context: HandlerContext) {
          try {
            yield* (call as StreamingCall)(request, optionsOf(context));
          } catch (error) {
            throw refusal(error);
          }
        };
      }
      case 'client_streaming':
      case 'bidi_streaming':
        return undefined;
    }
  }

  #refusal(method: DescMethod, error: unknown): ConnectError {
    if (error instanceof ConnectError) return error;
    const service = method.parent.typeName.split('.')[1] ?? '';
    if (error instanceof RpcError) {
      const { code, message, reason } = error;
      // Connect numbers its codes as gRPC does.
      return new ConnectError(message, code as number as Code, {
        [SERVICE]: service,
        ...(reason !== undefined && { [REASON]: reason }),
      });
    }
    this.#log.error({ rpc: `${method.parent.typeName}/${method.name}`, error }, 'a call could not be forwarded');
    return new ConnectError("the call failed; the workbench's log has the reason", Code.Internal, {
      [SERVICE]: 'workbench',
    });
  }
}

function optionsOf({ values, signal, timeoutMs }: HandlerContext): CallOptions {
  const caller = values.get(CALLER);
  if (!caller) {
    throw new ConnectError(
      'nobody is signed in: open the link that the start printed, or sign in',
      Code.Unauthenticated,
      {
        [SERVICE]: 'workbench',
        [REASON]: 'UNAUTHENTICATED',
      },
    );
  }
  const deadline = timeoutMs();
  return {
    signal,
    ...(deadline !== undefined && { deadline }),
    ...(caller.token !== undefined && { token: caller.token }),
  };
}
