import type { DescMethod, DescService, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import {
  Client,
  Metadata,
  status,
  type CallOptions as GrpcCallOptions,
  type ClientDuplexStream,
  type ClientReadableStream,
  type ClientWritableStream,
  type ServiceError as GrpcError,
} from '@grpc/grpc-js';
import { currentTraceparent } from '@spectrawl/telemetry';
import { wireMethod, writeAll, type WireMethod } from './call.ts';
import { channelCredentials } from './certificates.ts';
import { observeClientCalls } from './observed-calls.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { isLoopbackAddress } from './loopback.ts';
import type { Reason } from './service-error.ts';
import type { ClientTls } from './tls.ts';

/** A unary call without its own deadline may take this long; streams may take for ever. */
const DEFAULT_DEADLINE_MILLISECONDS = 30_000;

/** Services start in any order, so a call waits this long for a server that is not there yet. */
const RETRY_POLICY = {
  methodConfig: [
    {
      name: [{}],
      waitForReady: false,
      retryPolicy: {
        maxAttempts: 5,
        initialBackoff: '0.2s',
        maxBackoff: '3s',
        backoffMultiplier: 2,
        retryableStatusCodes: ['UNAVAILABLE'],
      },
    },
  ],
};

export interface CallOptions {
  /** milliseconds until the call fails with DEADLINE_EXCEEDED; default 30 s for unary calls, none for streams */
  deadline?: number;
  signal?: AbortSignal;
  /** Bearer token of this call, in place of the connection's: the call is made on somebody else's behalf. */
  token?: string;
}

type Input<M extends DescMethod> = MessageInitShape<M['input']>;
type Output<M extends DescMethod> = MessageShape<M['output']>;

export type MethodCall<M extends DescMethod> = M extends { methodKind: 'unary' }
  ? (request: Input<M>, options?: CallOptions) => Promise<Output<M>>
  : M extends { methodKind: 'server_streaming' }
    ? (request: Input<M>, options?: CallOptions) => AsyncIterable<Output<M>>
    : M extends { methodKind: 'client_streaming' }
      ? (requests: AsyncIterable<Input<M>>, options?: CallOptions) => Promise<Output<M>>
      : (requests: AsyncIterable<Input<M>>, options?: CallOptions) => AsyncIterable<Output<M>>;

/** A typed client of one service: one function for each RPC. Failures are {@link RpcError}s. */
export type ServiceClient<S extends DescService> = { [K in keyof S['method']]: MethodCall<S['method'][K]> };

/** A call that failed. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  /** gRPC status, such as status.NOT_FOUND */
  readonly code: status;
  /** the stable reason, where the service gave one */
  readonly reason: Reason | undefined;
  /** `spectrawl.selection.v1.SelectionService/GetCampaign` */
  readonly rpc: string;

  constructor(rpc: string, code: status, message: string, reason: Reason | undefined) {
    super(message);
    this.rpc = rpc;
    this.code = code;
    this.reason = reason;
  }
}

/** A connection to one address, over which any number of services can be called. */
export interface Channel {
  client<S extends DescService>(service: S): ServiceClient<S>;
  close(): void;
}

/** How a connection is made, and on whose behalf. */
export interface ConnectOptions {
  /** Absent: plain text. */
  tls?: ClientTls | undefined;
  /** Gives the bearer token of each call; a rejection fails the call. Absent: calls carry none. */
  token?: (() => Promise<string>) | undefined;
  /** Allows a token in plain text to another machine: something else, such as a service mesh, encrypts what goes there. */
  encryptedByOthers?: boolean | undefined;
}

/** @param address `host:port`, or a function that knows it by the time of the first call, which makes the connection */
export function connect(address: string | (() => string), options: ConnectOptions = {}): Channel {
  const channel = new LazyConnection(typeof address === 'string' ? () => address : address, options);
  return {
    client: <S extends DescService>(service: S) =>
      Object.fromEntries(
        service.methods.map((method) => [method.localName, caller(channel, service, method)]),
      ) as ServiceClient<S>,
    close: () => channel.close(),
  };
}

class LazyConnection {
  readonly #resolve: () => string;
  readonly #options: ConnectOptions;
  #client: Client | undefined;

  constructor(resolve: () => string, options: ConnectOptions) {
    this.#resolve = resolve;
    this.#options = options;
  }

  /** What goes before a call: the trace it belongs to, and on whose behalf it is made. */
  async metadata(ofCall: string | undefined): Promise<Metadata> {
    const metadata = traceMetadata();
    const { tls, encryptedByOthers = false } = this.#options;
    const token = ofCall === undefined ? this.#options.token : () => Promise.resolve(ofCall);
    if (token === undefined) return metadata;
    if (tls === undefined && !encryptedByOthers && !isLoopbackAddress(this.address)) {
      throw new Error(`the token for ${this.address} would go there in plain text: give certificates (caFile)`);
    }
    metadata.set('authorization', `Bearer ${await token()}`);
    return metadata;
  }

  get address(): string {
    return this.#resolve();
  }

  get client(): Client {
    this.#client ??= new Client(this.address, channelCredentials(this.#options.tls), {
      'grpc.service_config': JSON.stringify(RETRY_POLICY),
      'grpc.max_receive_message_length': -1,
      // Whoever watches learns that the other side is gone, also where no connection is closed.
      'grpc.keepalive_time_ms': DEFAULT_LIMITS.keepaliveMilliseconds,
      interceptors: [observeClientCalls],
    });
    return this.#client;
  }

  close(): void {
    this.#client?.close();
  }
}

function caller(connection: LazyConnection, service: DescService, method: DescMethod): unknown {
  const start = new CallStart(connection, wireMethod(service, method));
  switch (method.methodKind) {
    case 'unary':
      return (request: object, options?: CallOptions) => start.unary(request, options);
    case 'server_streaming':
      return (request: object, options?: CallOptions) => start.serverStreaming(request, options);
    case 'client_streaming':
      return (requests: AsyncIterable<object>, options?: CallOptions) => start.clientStreaming(requests, options);
    case 'bidi_streaming':
      return (requests: AsyncIterable<object>, options?: CallOptions) => start.bidiStreaming(requests, options);
  }
}

class CallStart {
  readonly #connection: LazyConnection;
  readonly #wire: WireMethod;

  constructor(connection: LazyConnection, wire: WireMethod) {
    this.#connection = connection;
    this.#wire = wire;
  }

  async unary(request: object, options: CallOptions = {}): Promise<object> {
    const { path, serializeRequest, deserializeResponse } = this.#wire;
    const metadata = await this.#connection.metadata(options.token);
    return new Promise((resolve, reject) => {
      const call = this.#connection.client.makeUnaryRequest(
        path,
        serializeRequest,
        deserializeResponse,
        request,
        metadata,
        deadlineOf(options, DEFAULT_DEADLINE_MILLISECONDS),
        (error, response) => (error ? reject(this.#failure(error)) : resolve(response as object)),
      );
      cancelWith(call, options.signal);
    });
  }

  async *serverStreaming(request: object, options: CallOptions = {}): AsyncIterable<object> {
    const { path, serializeRequest, deserializeResponse } = this.#wire;
    const metadata = await this.#connection.metadata(options.token);
    const call = this.#connection.client.makeServerStreamRequest(
      path,
      serializeRequest,
      deserializeResponse,
      request,
      metadata,
      deadlineOf(options),
    );
    cancelWith(call, options.signal);
    yield* this.#read(call);
  }

  async clientStreaming(requests: AsyncIterable<object>, options: CallOptions = {}): Promise<object> {
    const { path, serializeRequest, deserializeResponse } = this.#wire;
    const metadata = await this.#connection.metadata(options.token);
    return new Promise((resolve, reject) => {
      const call = this.#connection.client.makeClientStreamRequest(
        path,
        serializeRequest,
        deserializeResponse,
        metadata,
        deadlineOf(options),
        (error, response) => (error ? reject(this.#failure(error)) : resolve(response as object)),
      );
      cancelWith(call, options.signal);
      this.#send(call, requests).catch((error: unknown) => {
        call.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }

  async *bidiStreaming(requests: AsyncIterable<object>, options: CallOptions = {}): AsyncIterable<object> {
    const { path, serializeRequest, deserializeResponse } = this.#wire;
    const metadata = await this.#connection.metadata(options.token);
    const call = this.#connection.client.makeBidiStreamRequest(
      path,
      serializeRequest,
      deserializeResponse,
      metadata,
      deadlineOf(options),
    );
    cancelWith(call, options.signal);
    let sent = true;
    const sending = this.#send(call, requests).catch((error: unknown) => {
      sent = false;
      call.cancel();
      throw error;
    });
    try {
      yield* this.#read(call);
    } catch (error) {
      // Where sending failed, the call was cancelled for that: the first failure is told.
      if (!sent) await sending;
      sending.catch(() => undefined);
      throw error;
    }
    await sending;
  }

  async #send(
    call: ClientWritableStream<object> | ClientDuplexStream<object, object>,
    requests: AsyncIterable<object>,
  ) {
    const ended = new AbortController();
    call.on('status', () => ended.abort());
    await writeAll(call, requests, ended.signal);
    call.end();
  }

  async *#read(call: ClientReadableStream<object>): AsyncIterable<object> {
    try {
      for await (const message of call) yield message as object;
    } catch (error) {
      throw this.#failure(error as GrpcError);
    } finally {
      call.cancel();
    }
  }

  #failure(error: GrpcError): RpcError {
    const reason = error.metadata?.get('spectrawl-reason')[0]?.toString() as Reason | undefined;
    const rpc = this.#wire.path.slice(1);
    if (error.code === status.UNAVAILABLE && reason === undefined) {
      return new RpcError(
        rpc,
        error.code,
        `no service answers at ${this.#connection.address} (${error.details})`,
        reason,
      );
    }
    return new RpcError(rpc, error.code ?? status.UNKNOWN, error.details ?? error.message, reason);
  }
}

function traceMetadata(): Metadata {
  const metadata = new Metadata();
  const traceparent = currentTraceparent();
  if (traceparent !== undefined) metadata.set('traceparent', traceparent);
  return metadata;
}

function deadlineOf(options: CallOptions, byDefault?: number): GrpcCallOptions {
  const milliseconds = options.deadline ?? byDefault;
  return milliseconds === undefined ? {} : { deadline: Date.now() + milliseconds };
}

function cancelWith(
  call: { cancel(): void; on(event: 'status', listener: () => void): unknown },
  signal?: AbortSignal,
) {
  if (!signal) return;
  const cancel = (): void => call.cancel();
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel);
  call.on('status', () => signal.removeEventListener('abort', cancel));
}
