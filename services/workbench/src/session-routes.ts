import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Sessions, SignIn } from './sessions.ts';

/** A name under which somebody labels: as long as the services take. */
const Name = z.strictObject({ name: z.string().trim().min(1).max(200) });

/** What the page knows of whoever uses it: `GET /session`. */
export interface SessionAnswer {
  signedIn: boolean;
  /** How one signs in. */
  signIn: SignIn;
  name?: string | undefined;
  role?: string | undefined;
}

/** Who is signed in, under which name they label, and their way out. */
export function sessionRoutes(server: FastifyInstance, sessions: Sessions): void {
  server.get('/session', async (request, reply): Promise<SessionAnswer> => {
    reply.header('cache-control', 'no-store');
    const caller = sessions.of(request);
    return await Promise.resolve({
      signedIn: caller !== undefined,
      signIn: sessions.signIn,
      name: caller?.name,
      role: caller?.role,
    });
  });
  server.put('/session/name', async (request, reply) => {
    const caller = sessions.of(request);
    if (!caller) return await reply.code(401).send({ message: 'sign in first' });
    if (caller.token !== undefined) {
      return await reply.code(409).send({ message: `you label as ${caller.name}, as your account says` });
    }
    const parsed = Name.safeParse(request.body);
    if (!parsed.success) return await reply.code(400).send({ message: 'give a name of 1 to 200 characters' });
    sessions.rename(request, reply, parsed.data.name);
    return await reply.code(204).send();
  });
  server.delete('/session', async (request, reply) => {
    await sessions.signOut(request, reply);
    return await reply.code(204).send();
  });
}
