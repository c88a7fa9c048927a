import type { AddressInfo } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { Code, ConnectError, createContextValues } from '@connectrpc/connect';
import { fastifyConnectPlugin } from '@connectrpc/connect-fastify';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, CONFIG, LOGGER, type Clock, type Listener } from '@spectrawl/runtime';
import { ServiceError } from '@spectrawl/grpc';
import type { Logger } from '@spectrawl/telemetry';
import type { FastifyInstance } from 'fastify';
import type { WorkbenchConfig } from './config.ts';
import { createHttpServer } from './http-server.ts';
import { pageRoutes } from './page-routes.ts';
import { CALLER, RpcProxy } from './rpc-proxy.ts';
import { requireSameOrigin } from './same-origin.ts';
import { securityHeaders } from './security-headers.ts';
import { SessionCookies } from './session-cookies.ts';
import { sessionRoutes } from './session-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { Sessions } from './sessions.ts';
import { LentRoutes } from './lent-routes.ts';
import { UploadRoutes } from './upload-routes.ts';

/** Answers browsers: the page, its calls, who is signed in. */
@Injectable()
export class HttpListener implements Listener {
  readonly #config: WorkbenchConfig;
  readonly #rpc: RpcProxy;
  readonly #sessions: Sessions;
  readonly #cookies: SessionCookies;
  readonly #clock: Clock;
  readonly #uploads: UploadRoutes;
  readonly #shared: LentRoutes;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #server: FastifyInstance | undefined;

  constructor(
    @Inject(CONFIG) config: WorkbenchConfig,
    @Inject(RpcProxy) rpc: RpcProxy,
    @Inject(Sessions) sessions: Sessions,
    @Inject(SessionCookies) cookies: SessionCookies,
    @Inject(CLOCK) clock: Clock,
    @Inject(UploadRoutes) uploads: UploadRoutes,
    @Inject(LentRoutes) shared: LentRoutes,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#config = config;
    this.#rpc = rpc;
    this.#sessions = sessions;
    this.#cookies = cookies;
    this.#clock = clock;
    this.#uploads = uploads;
    this.#shared = shared;
    this.#log = log;
  }

  async listen(): Promise<string | undefined> {
    const { http, linkFile } = this.#config;
    if (!http) return undefined;
    const server = await createHttpServer(http);
    this.#server = server;
    await this.#routes(server);
    try {
      await server.listen({ host: http.host, port: http.port });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `cannot listen on ${http.host}:${http.port} for browsers: ${reason}; stop what uses it or set services.workbench.http.port`,
      );
    }
    const address = `${http.host}:${(server.server.address() as AddressInfo).port}`;
    await this.#tell(http.publicUrl ?? `${server.encrypted ? 'https' : 'http'}://${address}/`, linkFile);
    return address;
  }

  async close(): Promise<void> {
    this.#stopping.abort(new ConnectError('the workbench is stopping: ask again', Code.Unavailable));
    await this.#server?.close();
  }

  /** Says where the page is, with the link that signs in where that is the way. */
  async #tell(page: string, linkFile: string | undefined): Promise<void> {
    const link = new URL(page);
    if (this.#sessions.signIn === 'link') link.searchParams.set('token', this.#sessions.linkToken);
    if (linkFile !== undefined) await writeFile(linkFile, `${link.href}\n`, { mode: 0o600 });
    this.#log.info({ link: link.href }, 'the workbench is up');
  }

  async #routes(server: FastifyInstance): Promise<void> {
    await server.register(
      fastifyHelmet,
      securityHeaders(server.publicOrigin?.startsWith('https:') ?? server.encrypted),
    );
    await server.register(fastifyCookie);
    server.addHook('onRequest', requireSameOrigin);
    server.addHook('onRequest', async (request, reply) => await this.#sessions.recognise(request, reply));
    server.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
      const { statusCode = 500 } = error;
      if (error instanceof ServiceError) return await reply.code(503).send({ message: error.message });
      if (statusCode < 500) return await reply.code(statusCode).send({ message: error.message });
      this.#log.error({ error, method: request.method, route: request.routeOptions.url }, 'a request failed');
      return await reply.code(500).send({ message: "the request failed; the workbench's log has the reason" });
    });
    await server.register(fastifyConnectPlugin, {
      prefix: '/rpc',
      routes: (router) => this.#rpc.routes(router),
      contextValues: (request) => createContextValues().set(CALLER, this.#sessions.of(request)),
      // Browsers are on this machine, or behind a gateway, which compresses.
      acceptCompression: [],
      shutdownSignal: this.#stopping.signal,
    });
    sessionRoutes(server, this.#sessions);
    const sealed = this.#cookies.sealedFor('sign-in');
    signInRoutes(server, { sessions: this.#sessions, sealed, clock: this.#clock, log: this.#log });
    await this.#uploads.routes(server);
    await this.#shared.routes(server);
    await pageRoutes(server, this.#sessions);
  }
}
