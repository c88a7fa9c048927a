import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionCookies } from './session-cookies.ts';
import type { SignedIn } from './session.ts';

/** bytes of the token in the link that signs in */
const LINK_TOKEN = 24;

/** Knows who makes a request, and lets people in. */
@Injectable()
export class Sessions {
  readonly #cookies: SessionCookies;
  /** Made at each start: whoever reads the log, or the file, of the process may come in. */
  readonly linkToken = randomBytes(LINK_TOKEN).toString('base64url');

  constructor(@Inject(SessionCookies) cookies: SessionCookies) {
    this.#cookies = cookies;
  }

  /** Who makes a request; undefined where they have to sign in first. */
  of(request: FastifyRequest): SignedIn | undefined {
    const session = this.#cookies.read(request);
    return session && { name: session.name, role: 'operator', token: undefined };
  }

  /** Signs in by the link's token. @returns whether the token is the link's */
  signInByLink(request: FastifyRequest, reply: FastifyReply, token: string): boolean {
    const given = Buffer.from(token);
    const expected = Buffer.from(this.linkToken);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    this.#cookies.write(request, reply, { name: this.#cookies.read(request)?.name });
    return true;
  }

  /** Takes down under which name somebody labels. */
  rename(request: FastifyRequest, reply: FastifyReply, name: string): void {
    this.#cookies.write(request, reply, { ...this.#cookies.read(request), name });
  }

  signOut(request: FastifyRequest, reply: FastifyReply): void {
    this.#cookies.clear(request, reply);
  }
}
