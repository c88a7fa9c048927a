import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Sessions } from './sessions.ts';

/** What Vite has built of page/. */
const PAGE = fileURLToPath(new URL('../dist/page/', import.meta.url));

const Link = z.object({ token: z.string() });

/** Paths that are no views: what is not there is not answered by the page. */
const NO_VIEW = /^\/(?:rpc|session|upload|download|shared|assets)(?:\/|$)/;

/** Serves the page, whose views all have paths of their own, and lets those in who come by the link. */
export async function pageRoutes(server: FastifyInstance, sessions: Sessions): Promise<void> {
  if (!existsSync(`${PAGE}index.html`)) throw new Error(`the page is not built (${PAGE}): run make setup`);
  if (sessions.signIn === 'link') {
    server.addHook('onRequest', async (request, reply) => await byLink(request, reply, sessions));
  }
  await server.register(fastifyStatic, {
    root: PAGE,
    cacheControl: false,
    setHeaders: (response, path) => {
      // Names of assets carry a digest of what is in them.
      const forEver = path.startsWith(`${PAGE}assets/`);
      response.header('cache-control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.setNotFoundHandler(async (request, reply) => {
    if (request.method !== 'GET' || NO_VIEW.test(request.url)) {
      return await reply.code(404).send({ message: `there is nothing at ${request.method} ${request.url}` });
    }
    return await reply.sendFile('index.html');
  });
}

/** The token leaves the address at once: it would stay in the history of the browser. */
async function byLink(request: FastifyRequest, reply: FastifyReply, sessions: Sessions): Promise<void> {
  const link = Link.safeParse(request.query);
  if (request.method !== 'GET' || !link.success) return;
  const path = new URL(request.url, 'http://workbench').pathname;
  if (NO_VIEW.test(path)) return;
  const welcome = sessions.signInByLink(request, reply, link.data.token);
  await reply.redirect(welcome ? path : `${path}?link=outdated`, 303);
}
