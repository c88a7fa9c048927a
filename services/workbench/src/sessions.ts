import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { ServiceError, type Authenticator } from '@spectrawl/grpc';
import { AUTHENTICATOR, CLOCK, CONFIG, LOGGER, type Clock } from '@spectrawl/runtime';
import type { Logger } from '@spectrawl/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WorkbenchConfig } from './config.ts';
import { FreshTokens } from './fresh-tokens.ts';
import { IdentityProvider } from './identity-provider.ts';
import { SessionCookies } from './session-cookies.ts';
import type { Session, SignedIn, Tokens } from './session.ts';

/** bytes of the token in the link that signs in */
const LINK_TOKEN = 24;

/** How people sign in: by the link of the start, at the provider, or with a token that they bring. */
export type SignIn = 'link' | 'provider' | 'token';

/** Knows who makes a request, and lets people in. */
@Injectable()
export class Sessions {
  readonly #cookies: SessionCookies;
  readonly #authenticator: Authenticator | undefined;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #fresh: FreshTokens | undefined;
  readonly #callers = new WeakMap<FastifyRequest, SignedIn>();
  readonly provider: IdentityProvider | undefined;
  readonly signIn: SignIn;
  /** Made at each start: whoever reads the log, or the file, of the process may come in. */
  readonly linkToken = randomBytes(LINK_TOKEN).toString('base64url');

  constructor(
    @Inject(CONFIG) { http, provider }: WorkbenchConfig,
    @Inject(SessionCookies) cookies: SessionCookies,
    @Inject(AUTHENTICATOR) authenticator: Authenticator | undefined,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#cookies = cookies;
    this.#authenticator = authenticator;
    this.#clock = clock;
    this.#log = log;
    this.provider = provider && http?.publicUrl ? new IdentityProvider(provider, http.publicUrl) : undefined;
    this.#fresh = this.provider && new FreshTokens(this.provider);
    this.signIn = authenticator === undefined ? 'link' : this.provider ? 'provider' : 'token';
  }

  /** Who makes a request; undefined where they have to sign in first. */
  of(request: FastifyRequest): SignedIn | undefined {
    return this.#callers.get(request);
  }

  /** Finds out who makes a request, before anything else is done for it. Tokens that are about to end are replaced. */
  async recognise(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = this.#cookies.read(request);
    if (!session) return;
    const caller = await this.#callerOf(session, request, reply);
    if (caller) this.#callers.set(request, caller);
  }

  /** Signs in by the link's token. @returns whether the token is the link's */
  signInByLink(request: FastifyRequest, reply: FastifyReply, token: string): boolean {
    if (this.signIn !== 'link') return false;
    const given = Buffer.from(token);
    const expected = Buffer.from(this.linkToken);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
    this.#cookies.write(request, reply, { name: this.#cookies.read(request)?.name });
    return true;
  }

  /** Signs in by tokens. @throws {ServiceError} UNAUTHENTICATED when the services would not take them */
  async signInByTokens(request: FastifyRequest, reply: FastifyReply, tokens: Tokens): Promise<void> {
    await this.#authenticator?.authenticate(`Bearer ${tokens.bearer}`);
    this.#cookies.write(request, reply, { tokens });
  }

  /** Takes down under which name somebody labels, where no token tells. */
  rename(request: FastifyRequest, reply: FastifyReply, name: string): void {
    this.#cookies.write(request, reply, { name });
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const refresh = this.#cookies.read(request)?.tokens?.refresh;
    this.#cookies.clear(request, reply);
    if (refresh === undefined) return;
    // Signed out here in any case: the provider may be away, or not take tokens back.
    await this.provider?.revoke(refresh).catch((error: unknown) => {
      this.#log.warn({ error }, 'the identity provider was not told of a sign-out');
    });
  }

  async #callerOf(session: Session, request: FastifyRequest, reply: FastifyReply): Promise<SignedIn | undefined> {
    if (!this.#authenticator) return { name: session.name, role: 'operator', token: undefined };
    if (!session.tokens) return undefined;
    try {
      const tokens = (await this.#fresh?.of(session.tokens, this.#clock().getTime())) ?? session.tokens;
      if (tokens !== session.tokens) this.#cookies.write(request, reply, { tokens });
      const { name, role } = await this.#authenticator.authenticate(`Bearer ${tokens.bearer}`);
      return { name, role, token: tokens.bearer };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof ServiceError && error.reason === 'ISSUER_UNAVAILABLE') throw error;
      this.#log.info({ reason }, 'a session is over');
      return undefined;
    }
  }
}
