import { createServer, type Server } from 'node:http';
import { freePorts } from '@spectrawl/testing';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import type { Browser } from './workbench-process.ts';

/** What the provider's tokens are for. */
const AUDIENCE = 'spectrawl';
const CLIENT = 'workbench';
const SECRET = 'known to the workbench and its provider';

/** Accounts and the roles that the provider gives them. */
const ACCOUNTS: Readonly<Record<string, readonly string[]>> = {
  ada: ['annotator'],
  vera: ['viewer'],
  nobody: [],
};

/** A certified OpenID provider, with accounts that need no password. */
export class IdentityProviderAtWork {
  readonly issuer: string;
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  /** @param publicUrl where people are sent back @param tokenSeconds life of an access token */
  static async start(publicUrl: string, tokenSeconds: number): Promise<IdentityProviderAtWork> {
    const [port] = await freePorts(1);
    const issuer = `http://127.0.0.1:${port}`;
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const provider = new Provider(issuer, {
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'test' }] },
      cookies: { keys: ['test'] },
      clients: [
        {
          client_id: CLIENT,
          client_secret: SECRET,
          redirect_uris: [`${publicUrl}/session/callback`],
          grant_types: ['authorization_code', 'refresh_token'],
          id_token_signed_response_alg: 'ES256',
        },
      ],
      pkce: { required: () => true },
      features: {
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => `urn:${AUDIENCE}`,
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: 'openid profile offline_access',
            audience: AUDIENCE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
      scopes: ['openid', 'profile', 'offline_access'],
      ttl: {
        AccessToken: tokenSeconds,
        Grant: 3_600,
        IdToken: 600,
        Interaction: 600,
        RefreshToken: 3_600,
        Session: 600,
      },
      findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
      extraTokenClaims: (_context: unknown, { accountId }: { accountId: string }) => ({
        preferred_username: accountId,
        roles: ACCOUNTS[accountId] ?? [],
      }),
    });
    const server = createServer(provider.callback());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new IdentityProviderAtWork(issuer, server);
  }

  /** The section `authentication` of whoever takes its tokens. */
  get authentication() {
    return { kind: 'jwt' as const, issuers: [{ issuer: this.issuer, audience: AUDIENCE }] };
  }

  /** The section `services.workbench.provider`. */
  get provider(): object {
    const scope = 'openid profile offline_access';
    return { issuer: this.issuer, clientId: CLIENT, clientSecret: SECRET, scope, resource: `urn:${AUDIENCE}` };
  }

  /** Follows a browser's way through its forms. @returns the address at which it sends the browser back */
  async signIn(browser: Browser, start: string, account: string): Promise<string> {
    let answer = await browser.fetch(start);
    for (let step = 0; step < 10; step += 1) {
      const location = answer.headers.get('location');
      if (location !== null) {
        const next = new URL(location, this.issuer);
        if (next.origin !== this.issuer) return next.href;
        answer = await browser.fetch(next.href);
        continue;
      }
      const [, form = '', prompt = ''] =
        /action="([^"]+)"[\s\S]*name="prompt" value="(\w+)"/.exec(await answer.text()) ?? [];
      answer = await browser.fetch(new URL(form, this.issuer).href, {
        method: 'POST',
        body: new URLSearchParams({ prompt, login: account, password: 'any' }),
      });
    }
    throw new Error('the provider leads round in circles');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
