import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import type { DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import {
  Server,
  type Metadata,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { AccessGuard } from './access-guard.ts';
import type { Authenticator, Caller } from './access.ts';
import { noteChange } from './audit.ts';
import { failureOf, type CallFailure } from './call-failure.ts';
import { CallSlots } from './call-slots.ts';
import { wireMethod, writeAll } from './call.ts';
import { serverCredentials } from './certificates.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { answerInSpan, timeServerCalls } from './observed-calls.ts';
import { reflectionOf } from './reflection.ts';
import { requiredRoleOf } from './required-role.ts';
import { streamEnd } from './stream-end.ts';
import type { ServerTls } from './tls.ts';

/** What a handler may know of its call. */
export interface CallContext {
  /** Aborts when the caller leaves or the deadline passes. */
  readonly signal: AbortSignal;
  /** Aborts when the server is closing, or the call is as old as a connection gets: calls that may last for ever end, others finish. */
  readonly draining: AbortSignal;
  readonly metadata: Metadata;
  /** Who calls; its role was checked. Without an authenticator everybody is {@link LOCAL_CALLER}. */
  readonly caller: Caller;
}

type Input<M extends DescMethod> = MessageShape<M['input']>;
type Output<M extends DescMethod> = MessageInitShape<M['output']>;

/** The function that answers a method. Streams are async iterables both ways; back-pressure is kept for the handler. */
export type MethodHandler<M extends DescMethod> = M extends { methodKind: 'unary' }
  ? (request: Input<M>, context: CallContext) => Promise<Output<M>>
  : M extends { methodKind: 'server_streaming' }
    ? (request: Input<M>, context: CallContext) => AsyncIterable<Output<M>>
    : M extends { methodKind: 'client_streaming' }
      ? (requests: AsyncIterable<Input<M>>, context: CallContext) => Promise<Output<M>>
      : (requests: AsyncIterable<Input<M>>, context: CallContext) => AsyncIterable<Output<M>>;

/** A controller: one method for each RPC of a service, checked by the compiler. */
export type ServiceHandlers<S extends DescService> = { [K in keyof S['method']]: MethodHandler<S['method'][K]> };

type AnyHandler = (request: unknown, context: CallContext) => Promise<object> & AsyncIterable<object>;
type AnyCall = ServerUnaryCall<object, object> &
  ServerWritableStream<object, object> &
  ServerReadableStream<object, object> &
  ServerDuplexStream<object, object>;

/** A gRPC server for any number of services, with health checks and reflection. */
export interface GrpcServer {
  /** Adds a service before `listen`. `handlers` keeps its `this`. */
  add<S extends DescService>(service: S, handlers: ServiceHandlers<S>): void;
  /** Starts to listen. @returns the port, which the system chose where `port` is 0. @throws when the port is taken */
  listen(host: string, port: number): Promise<number>;
  /** Tells whoever asks for the health of the server and its services; they serve once it listens. */
  setServing(serving: boolean): void;
  /** Answers no new calls and waits for those under way; after `graceMilliseconds` it cuts them. */
  close(graceMilliseconds?: number): Promise<void>;
}

/** What every server answers besides its services. */
const OPERATIONS_RPCS = [
  'grpc.health.v1.Health/Check',
  'grpc.health.v1.Health/Watch',
  'grpc.health.v1.Health/List',
  'grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  'grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
];

/** How a server is reached and who may call it. */
export interface ServerOptions {
  /** Absent: calls come in plain text. */
  tls?: ServerTls | undefined;
  /** Absent: every caller is an operator, so listen on loopback only. */
  authenticator?: Authenticator | undefined;
  limits?: Partial<Limits> | undefined;
}

export function createServer(options: ServerOptions = {}): GrpcServer {
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const guard = new AccessGuard(options.authenticator);
  const server = new Server({
    'grpc.max_receive_message_length': limits.maxMessageBytes,
    'grpc.max_send_message_length': limits.maxMessageBytes,
    'grpc.max_concurrent_streams': limits.maxConnectionStreams,
    'grpc.keepalive_time_ms': limits.keepaliveMilliseconds,
    'grpc.max_connection_age_ms': limits.maxConnectionAgeMilliseconds,
    'grpc.max_connection_age_grace_ms': limits.connectionGraceMilliseconds,
    interceptors: [timeServerCalls, ...guard.interceptors()],
  });
  const services: DescService[] = [];
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  const draining = new AbortController();
  // Every stream listens to it.
  setMaxListeners(0, draining.signal);
  const setServing = (serving: boolean): void => {
    const status = serving && !draining.signal.aborted ? 'SERVING' : 'NOT_SERVING';
    for (const name of ['', ...services.map((service) => service.typeName)]) health.setStatus(name, status);
  };
  const host: Host = { guard, slots: new CallSlots(limits), limits, draining: draining.signal };
  return {
    setServing,
    add(service, handlers) {
      services.push(service);
      server.addService(definitionOf(service), implementationOf(service, handlers as Record<string, unknown>, host));
    },
    async listen(host, port) {
      for (const rpc of OPERATIONS_RPCS) guard.require(rpc, 'viewer');
      health.addToServer(server);
      reflectionOf(services).addToServer(server);
      const bound = await new Promise<number>((resolve, reject) => {
        server.bindAsync(`${host}:${port}`, serverCredentials(options.tls), (error, actual) =>
          error === null
            ? resolve(actual)
            : reject(
                new Error(`cannot listen on ${host}:${port}: ${error.message}; stop what uses it or set another port`),
              ),
        );
      });
      setServing(true);
      return bound;
    },
    async close(graceMilliseconds = 10_000) {
      draining.abort();
      setServing(false);
      const force = setTimeout(() => server.forceShutdown(), graceMilliseconds);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(force);
    },
  };
}

function definitionOf(service: DescService): ServiceDefinition {
  return Object.fromEntries(
    service.methods.map((method) => {
      const wire = wireMethod(service, method);
      return [
        method.localName,
        {
          path: wire.path,
          requestStream: method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming',
          responseStream: method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming',
          requestSerialize: wire.serializeRequest,
          requestDeserialize: wire.deserializeRequest,
          responseSerialize: wire.serializeResponse,
          responseDeserialize: wire.deserializeResponse,
        },
      ];
    }),
  );
}

/** What all calls of a server share. */
interface Host {
  guard: AccessGuard;
  slots: CallSlots;
  limits: Limits;
  draining: AbortSignal;
}

function implementationOf(
  service: DescService,
  handlers: Record<string, unknown>,
  host: Host,
): UntypedServiceImplementation {
  return Object.fromEntries(
    service.methods.map((method) => {
      const handler = handlers[method.localName];
      if (typeof handler !== 'function') throw new TypeError(`${service.typeName}: no handler for ${method.name}`);
      return [method.localName, serve(service, method, handler.bind(handlers) as AnyHandler, host)];
    }),
  );
}

function serve(
  service: DescService,
  method: DescMethod,
  handler: AnyHandler,
  { guard, slots, limits, draining }: Host,
): UntypedHandleCall {
  const path = `${service.typeName}/${method.name}`;
  const role = requiredRoleOf(method);
  guard.require(path, role);
  const kind = method.methodKind === 'unary' || method.methodKind === 'client_streaming' ? 'calls' : 'streams';
  return ((call: AnyCall, callback?: (error: object | null, response?: object) => void) => {
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort(new Error('the caller left or its deadline passed')));
    // A broken stream is told by 'cancelled'; without a listener the event would end the process.
    call.on('error', () => abort.abort());
    const caller = guard.callerOf(call.metadata);
    const answer = async (): Promise<void> => {
      const free = slots.take(kind);
      const end = kind === 'streams' ? streamEnd(draining, limits.maxConnectionAgeMilliseconds) : undefined;
      const context: CallContext = {
        signal: abort.signal,
        draining: end?.signal ?? draining,
        metadata: call.metadata,
        caller,
      };
      try {
        const isStream = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
        const request = isStream ? requestsOf(call, abort.signal) : call.request;
        if (kind === 'calls') {
          const response = await handler(request, context);
          callback?.(null, response);
        } else {
          await writeAll(call, handler(request, context), abort.signal);
          call.end();
        }
      } finally {
        free();
        end?.release();
      }
    };
    const noted = async (): Promise<void> => {
      await answer();
      noteChange(path, role, caller);
    };
    const failed = (error: unknown): CallFailure => {
      const failure = failureOf(path, error, abort.signal);
      noteChange(path, role, caller, failure);
      return failure;
    };
    void answerInSpan(path, call.metadata, noted, failed).then((failure) => {
      if (failure === undefined) return;
      if (callback) callback(failure);
      else call.emit('error', failure);
    });
  }) as UntypedHandleCall;
}

/** The messages of a client's stream. A stream that was cut off throws: to grpc-js it looks like one that was finished. */
async function* requestsOf(call: AsyncIterable<unknown>, signal: AbortSignal): AsyncIterable<unknown> {
  yield* call;
  // The end of the stream is seen before the cancellation that caused it.
  await setImmediate();
  signal.throwIfAborted();
}
