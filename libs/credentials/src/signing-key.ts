import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type JWK } from 'jose';
import type { Role } from '@spectrawl/grpc';

const ALGORITHM = 'ES256';

/** Who signs tokens that come from no identity provider, and whom they are for. */
export const LOCAL_ISSUER = 'spectrawl-local';
export const LOCAL_AUDIENCE = 'spectrawl';

/** A new private key for tokens, with its id. */
export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const key = await exportJWK(privateKey);
  return { ...key, alg: ALGORITHM, use: 'sig', kid: await calculateJwkThumbprint(key) };
}

/** What verifiers may see of keys: a JSON Web Key Set. */
export function publicKeys(keys: readonly JWK[]): { keys: JWK[] } {
  return { keys: keys.map(({ kty, crv, x, y, alg, use, kid }) => ({ kty, crv, x, y, alg, use, kid }) as JWK) };
}

/** Whom a token names, and for how long. */
export interface TokenClaims {
  role: Role;
  /** Name under which its bearer labels; also its subject. */
  name: string;
  /** Seconds since 1970 from when, and until when, it is good. */
  issuedAt: number;
  expiresAt: number;
  issuer?: string;
  audience?: string;
}

/** Signs a token. @param key as {@link createSigningKey} made it */
export async function signToken(key: JWK, claims: TokenClaims): Promise<string> {
  const { role, name, issuedAt, expiresAt, issuer = LOCAL_ISSUER, audience = LOCAL_AUDIENCE } = claims;
  return await new SignJWT({ name, roles: [role] })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', ...(key.kid !== undefined && { kid: key.kid }) })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(name)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(await importJWK(key, ALGORITHM));
}
