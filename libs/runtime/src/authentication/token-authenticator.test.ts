import { createHmac } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authenticator, ServiceError } from '@spectrawl/grpc';
import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthenticationSection, type JwtAuthentication } from '../authentication-config.ts';
import { issuerKey, OidcIssuer, sign, type IssuerKey } from '../testing/oidc-issuer.ts';
import { tokenAuthenticator, type AuthenticatorOptions } from './token-authenticator.ts';

const NOW = 1_800_000_000;
const ISSUER = 'observatory';
const options: AuthenticatorOptions = { clock: () => new Date(NOW * 1000), patienceMilliseconds: 0 };

const claims = (changes: Record<string, unknown> = {}): JWTPayload => ({
  iss: ISSUER,
  aud: 'spectrawl',
  sub: 'f81d4fae',
  exp: NOW + 600,
  roles: ['annotator'],
  ...changes,
});

function authenticatorOf(issuers: object[], more: AuthenticatorOptions = {}): Authenticator {
  const config = AuthenticationSection.parse({ kind: 'jwt', issuers }) as JwtAuthentication;
  return tokenAuthenticator(config, { ...options, ...more });
}

let folder: string;
let key: IssuerKey;
let stranger: IssuerKey;
let jwksFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-tokens-'));
  jwksFile = join(folder, 'jwks.json');
  [key, stranger] = await Promise.all([issuerKey('first'), issuerKey('first')]);
  await keep(key);
});
afterAll(() => rm(folder, { recursive: true }));

const keep = (...keys: IssuerKey[]): Promise<void> =>
  writeFile(jwksFile, JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));

const local = (changes: object = {}) => ({ issuer: ISSUER, audience: 'spectrawl', jwksFile, ...changes });
const bearing = async (authenticator: Authenticator, signer: IssuerKey, payload: JWTPayload) =>
  await authenticator.authenticate(`Bearer ${await sign(signer, payload)}`);
const refusal = (reason: string) => expect.objectContaining({ reason }) as ServiceError;

describe('a token', () => {
  it.each<[string, object, JWTPayload, object]>([
    ['a list of roles', {}, {}, { role: 'annotator' }],
    ['the largest of several roles', {}, { roles: ['operator', 'viewer', 'astronomer'] }, { role: 'operator' }],
    [
      'roles further down, by the names that the issuer has for them',
      { rolesClaim: 'realm_access.roles', roles: { operator: ['survey-admin'] } },
      { realm_access: { roles: ['survey-admin'] } },
      { role: 'operator' },
    ],
    [
      'roles in a claim whose name holds dots',
      { rolesClaim: 'https://example.org/roles' },
      { 'https://example.org/roles': ['viewer'] },
      { role: 'viewer' },
    ],
    ['roles as words of a text', { rolesClaim: 'scope' }, { scope: 'openid viewer' }, { role: 'viewer' }],
    [
      'its subject',
      { subjects: { 'system:serviceaccount:spectrawl:training': 'viewer' } },
      { sub: 'system:serviceaccount:spectrawl:training', roles: [] },
      { role: 'viewer', name: 'system:serviceaccount:spectrawl:training' },
    ],
    ['a name to label under', {}, { preferred_username: 'ada' }, { name: 'ada', subject: 'f81d4fae', issuer: ISSUER }],
  ])('tells by %s what its bearer may do', async (_, issuer, payload, expected) => {
    expect(await bearing(authenticatorOf([local(issuer)]), key, claims(payload))).toMatchObject(expected);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['for others', { aud: 'archive' }, 'not for spectrawl'],
    ['of an issuer that is not trusted', { iss: 'https://evil.example' }, 'none of those trusted'],
    ['without an end', { exp: undefined }, 'exp'],
    ['without a subject', { sub: undefined }, 'sub'],
    ['with a subject that is no text', { sub: 7 }, 'subject'],
  ])('is refused %s', async (_, payload, says) => {
    const refused = bearing(authenticatorOf([local()]), key, claims(payload));
    await expect(refused).rejects.toEqual(refusal('UNAUTHENTICATED'));
    await expect(refused).rejects.toThrow(says);
  });

  it('is refused with no role of those that there are, which is said', async () => {
    const refused = bearing(authenticatorOf([local()]), key, claims({ roles: ['toString', 'king'] }));
    await expect(refused).rejects.toEqual(refusal('ROLE_TOO_SMALL'));
  });

  it('is refused where another key has signed it, or where it names another issuer than its signer', async () => {
    const otherFile = join(folder, 'other.json');
    await writeFile(otherFile, JSON.stringify({ keys: [stranger.publicJwk] }));
    const authenticator = authenticatorOf([local(), local({ issuer: 'other', jwksFile: otherFile })]);
    expect(await bearing(authenticator, stranger, claims({ iss: 'other' }))).toMatchObject({ issuer: 'other' });
    await expect(bearing(authenticator, stranger, claims())).rejects.toThrow('signature');
    await expect(bearing(authenticator, key, claims({ iss: 'other' }))).rejects.toThrow('signature');
  });

  it('is refused unsigned, or signed with the public key as a secret, or in a way that its issuer does not use', async () => {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${encode({ alg: 'none' })}.${encode(claims())}.`;
    const forged = `${encode({ alg: 'HS256', kid: 'first' })}.${encode(claims())}`;
    const mac = createHmac('sha256', JSON.stringify(key.publicJwk)).update(forged).digest('base64url');
    const authenticator = authenticatorOf([local({ algorithms: ['ES256'] })]);
    for (const token of [unsigned, `${forged}.${mac}`, await sign(key, claims())]) {
      await expect(authenticator.authenticate(`Bearer ${token}`)).rejects.toThrow('a way that is not accepted');
    }
  });

  it.each([
    ['nothing', undefined, 'authorization: Bearer TOKEN'],
    ['another scheme', 'Basic YWRhOnNlY3JldA==', '"Bearer TOKEN"'],
    ['something else', 'Bearer open-sesame', 'no JSON Web Token'],
    ['an empty one', 'Bearer ', '"Bearer TOKEN"'],
  ])('is asked for where %s is sent, which is not repeated', async (_, authorization, says) => {
    const refused = authenticatorOf([local()]).authenticate(authorization);
    await expect(refused).rejects.toEqual(refusal('UNAUTHENTICATED'));
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.not.toThrow(/sesame|YWRh/);
  });

  it('may be off by what clocks differ, and no more', async () => {
    const authenticator = authenticatorOf([local()]);
    const at = (changes: JWTPayload) => bearing(authenticator, key, claims(changes));
    expect(await at({ exp: NOW - 29 })).toBeDefined();
    await expect(at({ exp: NOW - 30 })).rejects.toThrow('expired');
    expect(await at({ nbf: NOW + 30 })).toBeDefined();
    await expect(at({ nbf: NOW + 31 })).rejects.toThrow('do the clocks agree?');
  });
});

describe('the keys in a file', () => {
  afterEach(() => keep(key));

  it('can be replaced', async () => {
    const authenticator = authenticatorOf([local()]);
    const next = await issuerKey('next', 'ES256');
    await expect(bearing(authenticator, next, claims())).rejects.toThrow('signature');
    await keep(next);
    expect(await bearing(authenticator, next, claims())).toBeDefined();
    await expect(bearing(authenticator, key, claims())).rejects.toThrow('signature');
  });

  it('may come later than the service: until then it says what it waits for', async () => {
    await rm(jwksFile);
    const authenticator = authenticatorOf([local()]);
    await expect(bearing(authenticator, key, claims())).rejects.toEqual(refusal('ISSUER_UNAVAILABLE'));
    await keep(key);
    expect(await bearing(authenticator, key, claims())).toBeDefined();
  });
});

describe('an OpenID Connect issuer', () => {
  let issuer: OidcIssuer;
  beforeEach(async () => {
    issuer = new OidcIssuer();
    issuer.keys = [key];
    await issuer.start();
  });
  afterEach(() => issuer.stop());

  const trusting = (more: AuthenticatorOptions = {}): Authenticator =>
    authenticatorOf([{ issuer: issuer.url, audience: 'spectrawl' }], more);
  const token = (signer: IssuerKey) => sign(signer, claims({ iss: issuer.url }));
  const bear = async (authenticator: Authenticator, signer: IssuerKey) =>
    await authenticator.authenticate(`Bearer ${await token(signer)}`);

  it('is asked for its keys, once', async () => {
    const authenticator = trusting({ patienceMilliseconds: 600_000 });
    const callers = await Promise.all(Array.from({ length: 5 }, () => bear(authenticator, key)));
    expect(callers.map(({ subject }) => subject)).toEqual(Array(5).fill('f81d4fae'));
    expect(Object.fromEntries(issuer.asked)).toEqual({ '/.well-known/openid-configuration': 1, '/keys': 1 });
  });

  it('is asked again for keys that it has added since', async () => {
    const authenticator = trusting();
    await bear(authenticator, key);
    const next = await issuerKey('next');
    await expect(bear(authenticator, next)).rejects.toEqual(refusal('UNAUTHENTICATED'));
    issuer.keys = [next];
    expect(await bear(authenticator, next)).toBeDefined();
    await expect(bear(authenticator, key)).rejects.toEqual(refusal('UNAUTHENTICATED'));
  });

  it('is not flooded with questions by forged tokens', async () => {
    const authenticator = trusting({ patienceMilliseconds: 600_000 });
    await bear(authenticator, key);
    const forger = await issuerKey('forged');
    for (let forged = 0; forged < 10; forged += 1) {
      await expect(bear(authenticator, forger)).rejects.toEqual(refusal('UNAUTHENTICATED'));
    }
    expect(issuer.asked.get('/keys')).toBe(1);
  });

  it('may be down when the service starts: until it is up, callers are told that it is', async () => {
    await issuer.stop();
    const authenticator = trusting();
    const refused = bear(authenticator, key);
    await expect(refused).rejects.toEqual(refusal('ISSUER_UNAVAILABLE'));
    await expect(refused).rejects.toThrow(issuer.url);
    await issuer.start();
    expect(await bear(authenticator, key)).toBeDefined();
  });

  it('may be down later: its keys are known', async () => {
    const authenticator = trusting();
    await bear(authenticator, key);
    await issuer.stop();
    expect(await bear(authenticator, key)).toBeDefined();
  });

  it.each([
    ['speaks for another', { issuer: 'https://login.example.org' }, 'speaks for https://login.example.org'],
    ['has its keys where anybody could replace them', { jwks_uri: 'http://192.0.2.1/keys' }, 'no https'],
    ['has keys nowhere', { jwks_uri: undefined }, 'jwks_uri'],
  ])('is not believed where it %s', async (_, changes, says) => {
    issuer.changes = changes;
    const refused = bear(trusting(), key);
    await expect(refused).rejects.toEqual(refusal('ISSUER_UNAVAILABLE'));
    await expect(refused).rejects.toThrow(says);
  });
});
