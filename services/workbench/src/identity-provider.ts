import { isLoopback } from '@spectrawl/grpc';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  customFetch,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
  type Configuration,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import type { ProviderConfig } from './config.ts';
import type { Tokens } from './session.ts';
import { trustingFetch } from './trusting-fetch.ts';

/** Path to which the provider sends people back. */
export const CALLBACK = '/session/callback';

/** seconds that a token lasts whose provider does not say: it is asked again soon */
const UNTOLD_LIFE = 300;

/** What has to be remembered from the way out to the provider until the way back. */
export interface SignInUnderWay {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** The OpenID provider at which people sign in. */
export class IdentityProvider {
  readonly #config: ProviderConfig;
  readonly #redirect: URL;
  #discovered: Promise<Configuration> | undefined;

  constructor(config: ProviderConfig, publicUrl: string) {
    this.#config = config;
    this.#redirect = new URL(CALLBACK, publicUrl);
  }

  /** @returns where to send the browser, and what to remember until it comes back @throws when the provider does not answer */
  async wayOut(): Promise<{ to: URL; underWay: SignInUnderWay }> {
    const { scope, resource } = this.#config;
    const underWay = { verifier: randomPKCECodeVerifier(), state: randomState(), nonce: randomNonce() };
    const to = buildAuthorizationUrl(await this.#configuration(), {
      redirect_uri: this.#redirect.href,
      scope,
      state: underWay.state,
      nonce: underWay.nonce,
      code_challenge: await calculatePKCECodeChallenge(underWay.verifier),
      code_challenge_method: 'S256',
      ...(resource !== undefined && { resource }),
      // OpenID Connect Core 1.0, section 11: without it the provider must ignore the wish.
      ...(/\boffline_access\b/.test(scope) && { prompt: 'consent' }),
    });
    return { to, underWay };
  }

  /** @param query with which the browser came back, `?code=…` @throws when the provider refuses, or somebody tampered with it */
  async wayBack(query: string, { verifier, state, nonce }: SignInUnderWay, now: number): Promise<Tokens> {
    const url = new URL(this.#redirect);
    url.search = query;
    const { resource } = this.#config;
    const tokens = await authorizationCodeGrant(
      await this.#configuration(),
      url,
      { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      resource === undefined ? {} : { resource },
    );
    return this.#tokens(tokens, now);
  }

  /** @throws when the provider refuses */
  async refresh(refresh: string, now: number): Promise<Tokens> {
    const { resource } = this.#config;
    const configuration = await this.#configuration();
    const tokens = await refreshTokenGrant(configuration, refresh, resource === undefined ? {} : { resource });
    // A provider that gives no new one lets the old one be used again (RFC 6749, section 6).
    return { refresh, ...this.#tokens(tokens, now) };
  }

  /** Tells the provider that the session is over. */
  async revoke(refresh: string): Promise<void> {
    await tokenRevocation(await this.#configuration(), refresh);
  }

  #tokens(answer: TokenEndpointResponse & TokenEndpointResponseHelpers, now: number): Tokens {
    const bearer = answer[this.#config.bearer];
    if (bearer === undefined)
      throw new Error(`the provider gives no ${this.#config.bearer}: see services.workbench.provider`);
    const claims = this.#config.bearer === 'id_token' ? answer.claims() : undefined;
    const bearerExpires = claims ? claims.exp * 1000 : now + (answer.expiresIn() ?? UNTOLD_LIFE) * 1000;
    return { bearer, bearerExpires, ...(answer.refresh_token !== undefined && { refresh: answer.refresh_token }) };
  }

  /** What the provider says of itself; asked once, and again after it did not answer. */
  #configuration(): Promise<Configuration> {
    this.#discovered ??= this.#discover().catch((error: unknown) => {
      this.#discovered = undefined;
      throw error;
    });
    return this.#discovered;
  }

  async #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret, caFile } = this.#config;
    const url = new URL(issuer);
    const plain = url.protocol === 'http:' && isLoopback(url.hostname);
    return await discovery(
      url,
      clientId,
      undefined,
      clientSecret === undefined ? None() : ClientSecretBasic(clientSecret),
      { [customFetch]: trustingFetch(caFile), ...(plain && { execute: [allowInsecureRequests] }) },
    );
  }
}
