import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ServiceError } from '@spectrawl/grpc';
import type { Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { CALLBACK, type SignInUnderWay } from './identity-provider.ts';
import type { SealedText } from './sealed-text.ts';
import { isEncrypted } from './session-cookies.ts';
import type { Sessions } from './sessions.ts';

/** Of a browser that is on its way to the provider and back. */
const COOKIE = 'spectrawl-sign-in';
/** seconds that signing in may take */
const PATIENCE = 900;

const Wish = z.object({ to: z.string().default('/') });
const Brought = z.strictObject({ token: z.string().min(1).max(16_384) });

interface SignInRoutes {
  sessions: Sessions;
  sealed: SealedText;
  clock: Clock;
  log: Logger;
}

/** The ways in: to the identity provider and back, or with a token that somebody brings. */
export function signInRoutes(server: FastifyInstance, { sessions, sealed, clock, log }: SignInRoutes): void {
  const { provider, signIn } = sessions;
  const cookie = (request: FastifyRequest) =>
    // Lax: the browser comes back from another page.
    ({ path: CALLBACK, httpOnly: true, sameSite: 'lax', secure: isEncrypted(request), maxAge: PATIENCE }) as const;

  if (provider) {
    server.get('/session/sign-in', async (request, reply) => {
      const wish = Wish.safeParse(request.query);
      const { to, underWay } = await provider.wayOut();
      const kept = JSON.stringify({ ...underWay, view: viewOf(wish.data?.to) });
      reply.setCookie(COOKIE, sealed.seal(kept), cookie(request));
      return await reply.redirect(to.href, 303);
    });
    server.get(CALLBACK, async (request, reply) => {
      const kept = sealed.open(request.cookies[COOKIE] ?? '');
      reply.clearCookie(COOKIE, cookie(request));
      if (kept === undefined) return await reply.redirect('/?sign-in=late', 303);
      const { view, ...underWay } = JSON.parse(kept) as SignInUnderWay & { view: string };
      try {
        const query = request.url.slice(CALLBACK.length);
        await sessions.signInByTokens(request, reply, await provider.wayBack(query, underWay, clock().getTime()));
      } catch (error) {
        log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'a sign-in failed');
        return await reply.redirect('/?sign-in=refused', 303);
      }
      return await reply.redirect(view, 303);
    });
  }

  if (signIn === 'token') {
    server.post('/session/token', async (request, reply) => {
      const brought = Brought.safeParse(request.body);
      if (!brought.success) return await reply.code(400).send({ message: 'give a token' });
      const { token } = brought.data;
      try {
        const bearerExpires = (decodeJwt(token).exp ?? Infinity) * 1000;
        await sessions.signInByTokens(request, reply, { bearer: token, bearerExpires });
      } catch (error) {
        const message =
          error instanceof ServiceError ? error.message : 'this is no token of the kind that services take (JWT)';
        return await reply.code(403).send({ message });
      }
      return await reply.code(204).send();
    });
  }
}

/** Only views of the page itself: a link to the way in must lead nowhere else. */
function viewOf(wish = '/'): string {
  const here = 'http://workbench';
  const url = URL.canParse(wish, here) ? new URL(wish, here) : undefined;
  return url?.origin === here ? `${url.pathname}${url.search}` : '/';
}
