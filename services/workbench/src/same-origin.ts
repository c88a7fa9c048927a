import type { FastifyReply, FastifyRequest } from 'fastify';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that change something and that another page has made the browser send. Programs that are no browsers send
 * neither header, and have no cookie that another page could use.
 */
export async function requireSameOrigin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (READING.has(request.method) || isSameOrigin(request)) return;
  await reply.code(403).send({ message: 'this request comes from another page: open the workbench itself' });
}

function isSameOrigin({ headers, host, server }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  // A gateway may call the workbench by another name than browsers do.
  return origin === server.publicOrigin || (URL.canParse(origin) && new URL(origin).host === host);
}
