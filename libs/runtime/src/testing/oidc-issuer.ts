import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

/** A key of an issuer. */
export interface IssuerKey {
  kid: string;
  algorithm: string;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

export async function issuerKey(kid: string, algorithm = 'RS256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return {
    kid,
    algorithm,
    privateKey,
    publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
  };
}

/** Signs whatever it is told to. */
export async function sign(key: IssuerKey, claims: JWTPayload): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg: key.algorithm, kid: key.kid }).sign(key.privateKey);
}

/** What each document is, as Kubernetes' API server has it: whoever does not accept that is answered 406. */
const TYPES: Readonly<Record<string, string>> = {
  '/.well-known/openid-configuration': 'application/json',
  '/keys': 'application/jwk-set+json',
};

/** An OpenID Connect issuer, as far as those who check its tokens see it: a configuration and keys, over HTTP. */
export class OidcIssuer {
  /** Keys that it tells of. */
  keys: IssuerKey[] = [];
  /** What its configuration says besides, or instead. */
  changes: Record<string, unknown> = {};
  /** How often each path was asked for. */
  readonly asked = new Map<string, number>();
  readonly #server: Server;
  #port = 0;

  constructor() {
    this.#server = createServer(({ url = '', headers }, response) => {
      this.asked.set(url, (this.asked.get(url) ?? 0) + 1);
      const documents: Record<string, object> = {
        '/.well-known/openid-configuration': { issuer: this.url, jwks_uri: `${this.url}/keys`, ...this.changes },
        '/keys': { keys: this.keys.map(({ publicJwk }) => publicJwk) },
      };
      const document = documents[url];
      const type = TYPES[url] ?? 'application/json';
      const accepted = headers.accept?.split(', ').includes(type);
      response.writeHead(document === undefined ? 404 : accepted ? 200 : 406, {
        'content-type': type,
        connection: 'close',
      });
      response.end(JSON.stringify(document ?? {}));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Listens where it listened before. */
  async start(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
