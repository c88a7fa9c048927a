import { readFile } from 'node:fs/promises';
import { fastify, type FastifyInstance } from 'fastify';
import type { WorkbenchConfig } from './config.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The origin at which browsers find the page, where the configuration says it. */
    publicOrigin: string | undefined;
    /** Whether this process itself speaks TLS. */
    encrypted: boolean;
  }
}

/** milliseconds that the headers of a request may take; bodies may be whole surveys */
const HEADERS_TIMEOUT = 10_000;

/** milliseconds between two looks at the files of the certificate, which are replaced before it expires */
const LOOK_INTERVAL = 60_000;

/** A server for browsers, with nothing that it answers yet. @throws when its certificate cannot be read */
export async function createHttpServer({
  tls,
  publicUrl,
}: NonNullable<WorkbenchConfig['http']>): Promise<FastifyInstance> {
  const options = { logger: false, forceCloseConnections: 'idle' } as const;
  const limits = { headersTimeout: HEADERS_TIMEOUT };
  const files = tls === 'elsewhere' ? undefined : tls;
  const read = async (of: NonNullable<typeof files>) => ({
    cert: await readFile(of.certificateFile),
    key: await readFile(of.keyFile),
  });
  const server = files
    ? (fastify({ ...options, https: { ...limits, ...(await read(files)) } }) as unknown as FastifyInstance)
    : fastify({ ...options, http: limits });
  server.decorate('publicOrigin', publicUrl === undefined ? undefined : new URL(publicUrl).origin);
  server.decorate('encrypted', files !== undefined);
  if (files) {
    const look = setInterval(() => {
      // A certificate that is just being replaced is read at the next look.
      read(files).then(
        (fresh) => (server.server as import('node:https').Server).setSecureContext(fresh),
        () => undefined,
      );
    }, LOOK_INTERVAL).unref();
    server.addHook('onClose', () => clearInterval(look));
  }
  return server;
}
