import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { includes, ServiceError, type Authenticator } from '@spectrawl/grpc';
import { logger, type Telemetry } from '@spectrawl/telemetry';
import type { OperationsConfig } from './operations-config.ts';
import type { ReadinessState } from './readiness.ts';

const log = logger('operations');

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** Probes and scrapers are few; more connections than this are somebody else's. */
const CONNECTIONS = 64;
/** milliseconds that a request may take to arrive */
const REQUEST_TIMEOUT = 5_000;

/** What the endpoint tells of. */
export interface Operations {
  readiness: { readonly state: ReadinessState };
  telemetry: Pick<Telemetry, 'prometheusText'>;
  /** Asked before metrics are shown; absent: everybody who reaches the port may see them. */
  authenticator: Authenticator | undefined;
}

interface Answer {
  status: number;
  body: string;
  contentType?: string;
  headers?: Record<string, string>;
}

/** Tells over HTTP how the process is: `/livez` and `/readyz` to everybody, by names of checks only; `/metrics` to viewers. */
export class OperationsServer {
  readonly #operations: Operations;
  readonly #server: Server;
  /** One collection at a time: who asks meanwhile gets its result. */
  #collecting: Promise<string | undefined> | undefined;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#server = createServer(
      { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
      (request, response) => void this.#respond(request, response),
    );
    this.#server.maxConnections = CONNECTIONS;
  }

  /** @returns `host:port` @throws when the port is taken */
  async listen({ host, port }: Pick<OperationsConfig, 'host' | 'port'>): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(
          new Error(
            `cannot listen on ${host}:${port} for probes and metrics: ${error.message}; stop what uses it or set operations.port`,
          ),
        ),
      );
      this.#server.listen(port, host, resolve);
    });
    return `${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {
      status,
      body,
      contentType = 'application/json',
      headers = {},
    } = await this.#answer(request).catch((error: unknown): Answer => {
      log.error({ error, path: request.url }, 'a request for the state of the process failed');
      return { status: 500, body: '{"status":"failed"}\n' };
    });
    response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store', ...headers });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answer({ method, url = '', headers }: IncomingMessage): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') {
      return { status: 405, body: '{"status":"only GET"}\n', headers: { allow: 'GET, HEAD' } };
    }
    switch (url.replace(/\?.*$/s, '')) {
      case '/livez':
        return { status: 200, body: '{"status":"ok"}\n' };
      case '/readyz': {
        const { ready, failing } = this.#operations.readiness.state;
        return ready
          ? { status: 200, body: '{"status":"ok"}\n' }
          : { status: 503, body: `${JSON.stringify({ status: 'not ready', failing })}\n` };
      }
      case '/metrics':
        return await this.#metrics(headers.authorization);
      default:
        return { status: 404, body: '{"status":"not found: ask for /livez, /readyz or /metrics"}\n' };
    }
  }

  async #metrics(authorization: string | undefined): Promise<Answer> {
    const refusal = await this.#refusal(authorization);
    if (refusal) return refusal;
    this.#collecting ??= this.#operations.telemetry.prometheusText().finally(() => {
      this.#collecting = undefined;
    });
    return { status: 200, body: (await this.#collecting) ?? '', contentType: PROMETHEUS_TEXT };
  }

  async #refusal(authorization: string | undefined): Promise<Answer | undefined> {
    const { authenticator } = this.#operations;
    if (!authenticator) return undefined;
    try {
      const { role } = await authenticator.authenticate(authorization);
      if (includes(role, 'viewer')) return undefined;
      return { status: 403, body: '{"status":"needs the role viewer"}\n' };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return {
        status: 401,
        body: '{"status":"needs a bearer token of a viewer"}\n',
        headers: { 'www-authenticate': 'Bearer' },
      };
    }
  }
}
