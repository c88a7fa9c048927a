import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { ServiceError } from '@spectrawl/grpc';
import { z } from 'zod';
import { mayBeAsked, type TokenIssuer } from '../authentication-config.ts';
import { fetchFrom } from './fetch-from.ts';

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** The issuer's keys can't be had now: its server doesn't answer, or answers nonsense. */
function unavailable(issuer: string, problem: string): ServiceError {
  return new ServiceError(
    'ISSUER_UNAVAILABLE',
    `the keys of ${issuer} cannot be had, so its tokens cannot be checked (${problem}): try again later`,
  );
}

/** Node's own failures to connect have a code and, where there were several addresses, no message. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}

/**
 * Finds an issuer's public keys, in its file or by its server, and asks again for keys that it has since added.
 * @param patienceMilliseconds an issuer is asked at most this often: forged tokens must not become a flood of questions
 */
export function issuerKeys(issuer: TokenIssuer, patienceMilliseconds: number): JWTVerifyGetKey {
  return issuer.jwksFile === undefined
    ? discoveredKeys(issuer, patienceMilliseconds)
    : keysOfFile(issuer.issuer, issuer.jwksFile, patienceMilliseconds);
}

function keysOfFile(issuer: string, path: string, patienceMilliseconds: number): JWTVerifyGetKey {
  let keys: { resolve: JWTVerifyGetKey; readAt: number } | undefined;
  const read = async (): Promise<JWTVerifyGetKey> => {
    if (keys !== undefined && Date.now() - keys.readAt < patienceMilliseconds) return keys.resolve;
    try {
      const set = KeySet.parse(JSON.parse(await readFile(path, 'utf8')));
      keys = { resolve: createLocalJWKSet(set as JSONWebKeySet), readAt: Date.now() };
      return keys.resolve;
    } catch (error) {
      throw unavailable(issuer, `${path}: ${told(error)}`);
    }
  };
  return async (header, token) => await (await read())(header, token);
}

function discoveredKeys(issuer: TokenIssuer, patienceMilliseconds: number): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  let failedAt = -Infinity;
  let failure = '';
  const discover = (): Promise<JWTVerifyGetKey> => {
    if (keys !== undefined) return keys;
    if (Date.now() - failedAt < patienceMilliseconds) throw unavailable(issuer.issuer, failure);
    keys = remoteKeys(issuer, patienceMilliseconds);
    keys.catch((error: unknown) => {
      keys = undefined;
      failedAt = Date.now();
      failure = told(error);
    });
    return keys;
  };
  return async (header, token) => {
    try {
      return await (
        await discover()
      )(header, token);
    } catch (error) {
      // That the issuer has no such key is for the caller to hear; that it did not answer is not the caller's fault.
      if (error instanceof ServiceError || error instanceof errors.JWKSNoMatchingKey) throw error;
      throw unavailable(issuer.issuer, told(error));
    }
  };
}

async function remoteKeys(issuer: TokenIssuer, patienceMilliseconds: number): Promise<JWTVerifyGetKey> {
  const address = issuer.discoveryUrl ?? `${issuer.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetchFrom(address, issuer);
  if (response.status !== 200) throw new Error(`${address} answered ${response.status}`);
  const discovery = Discovery.parse(await response.json());
  if (discovery.issuer !== issuer.issuer) {
    throw new Error(`${address} speaks for ${discovery.issuer}, not for ${issuer.issuer}`);
  }
  if (!mayBeAsked(discovery.jwks_uri)) throw new Error(`its keys lie at ${discovery.jwks_uri}, which is no https`);
  return createRemoteJWKSet(new URL(discovery.jwks_uri), {
    cooldownDuration: patienceMilliseconds,
    [customFetch]: (url) => fetchFrom(url, issuer),
  });
}
