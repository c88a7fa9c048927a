import type { IdentityProvider } from './identity-provider.ts';
import type { Tokens } from './session.ts';

/** Milliseconds before its end at which a token is replaced: calls under way should not outlive it. */
const EARLY = 30_000;

/** Milliseconds for which requests that were sent with the tokens before still get the new ones. */
const REMEMBERED = 60_000;

/** Replaces tokens before they end: once, however many requests come at that moment, since providers take a refresh token once. */
export class FreshTokens {
  readonly #provider: IdentityProvider;
  readonly #renewals = new Map<string, Promise<Tokens>>();

  constructor(provider: IdentityProvider) {
    this.#provider = provider;
  }

  /** @returns the same ones while they are good, else new ones @throws when there are none to be had */
  async of(tokens: Tokens, now: number): Promise<Tokens> {
    const { bearerExpires, refresh } = tokens;
    if (bearerExpires - EARLY > now || refresh === undefined) return tokens;
    const known = this.#renewals.get(refresh);
    if (known) return await known;
    const renewal = this.#provider.refresh(refresh, now);
    this.#renewals.set(refresh, renewal);
    const forget = (): boolean => this.#renewals.delete(refresh);
    renewal.then(() => setTimeout(forget, REMEMBERED).unref(), forget);
    return await renewal;
  }
}
