import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sessions } from './sessions.ts';

/** A name under which somebody labels: as long as the services take. */
const Name = z.strictObject({ name: z.string().trim().min(1).max(200) });

/** What the page knows of whoever uses it: `GET /session`. */
export interface SessionAnswer {
  signedIn: boolean;
  /** How one signs in. */
  signIn: 'link';
  name?: string | undefined;
  role?: string | undefined;
}

/** Who is signed in, under which name they label, and their way out. */
export function sessionRoutes(server: FastifyInstance, sessions: Sessions): void {
  server.get('/session', (request): SessionAnswer => {
    const caller = sessions.of(request);
    return { signedIn: caller !== undefined, signIn: 'link', name: caller?.name, role: caller?.role };
  });
  server.put('/session/name', async (request, reply) => {
    if (!sessions.of(request)) return await reply.code(401).send({ message: 'sign in first' });
    const parsed = Name.safeParse(request.body);
    if (!parsed.success) return await reply.code(400).send({ message: 'give a name of 1 to 200 characters' });
    sessions.rename(request, reply, parsed.data.name);
    return await reply.code(204).send();
  });
  server.delete('/session', async (request, reply) => {
    sessions.signOut(request, reply);
    return await reply.code(204).send();
  });
}
