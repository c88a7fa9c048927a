import { ROLES, ServiceError, type Authenticator, type Caller, type Role } from '@spectrawl/grpc';
import { decodeJwt, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { JwtAuthentication, TokenIssuer } from '../authentication-config.ts';
import { issuerKeys } from './issuer-keys.ts';

/** How often keys are looked for again, at most. */
const PATIENCE_MILLISECONDS = 10_000;

const GET_ANOTHER = 'get a new one from whoever issues tokens';

/** What a {@link tokenAuthenticator} goes by besides its configuration. */
export interface AuthenticatorOptions {
  clock?: () => Date;
  /** Milliseconds before keys are looked for again, in their file or at their issuer. */
  patienceMilliseconds?: number;
}

/** Tells callers by the JSON Web Tokens that they bear, of one of several issuers. */
export function tokenAuthenticator(config: JwtAuthentication, options: AuthenticatorOptions = {}): Authenticator {
  const { clock = () => new Date(), patienceMilliseconds = PATIENCE_MILLISECONDS } = options;
  const issuers = new Map(
    config.issuers.map((issuer) => [issuer.issuer, { issuer, keys: issuerKeys(issuer, patienceMilliseconds) }]),
  );
  return {
    async authenticate(authorization) {
      const token = bearerToken(authorization);
      const known = issuers.get(claimedIssuer(token));
      if (known === undefined) {
        throw new ServiceError('UNAUTHENTICATED', `the token's issuer is none of those trusted here: ${GET_ANOTHER}`);
      }
      const payload = await verified(token, known.issuer, known.keys, config.clockTolerance, clock());
      return callerOf(payload, known.issuer);
    },
  };
}

function bearerToken(authorization: string | undefined): string {
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '') ?? [];
  if (token !== undefined) return token;
  throw new ServiceError(
    'UNAUTHENTICATED',
    authorization === undefined
      ? 'the call says not who makes it: send "authorization: Bearer TOKEN" (spectrawl: --token-file)'
      : 'the authorization that was sent is none of the form "Bearer TOKEN"',
  );
}

/** The issuer that a token names, which decides on whose keys it has to stand up to. */
function claimedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    throw new ServiceError('UNAUTHENTICATED', `the token is no JSON Web Token: ${GET_ANOTHER}`);
  }
}

async function verified(
  token: string,
  { issuer, audience, algorithms }: TokenIssuer,
  keys: JWTVerifyGetKey,
  clockTolerance: number,
  currentDate: Date,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms,
      clockTolerance,
      currentDate,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError('UNAUTHENTICATED', `${problemOf(error, audience)}: ${GET_ANOTHER}`);
  }
}

function problemOf(error: unknown, audience: string | readonly string[]): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return `the token is not for ${[audience].flat().join(' or ')}`;
    if (error.claim === 'nbf') return 'the token is not good yet; do the clocks agree?';
    return `the token's claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the token is signed in a way that is not accepted';
  return "the token's signature is not one of its issuer's";
}

function callerOf(payload: JWTPayload, issuer: TokenIssuer): Caller {
  // jose has checked that it is there; that it is text is ours to check.
  const subject = payload.sub;
  if (typeof subject !== 'string' || subject === '') {
    throw new ServiceError('UNAUTHENTICATED', `the token names no subject: ${GET_ANOTHER}`);
  }
  const role = roleOf(payload, subject, issuer);
  if (role === undefined) {
    throw new ServiceError(
      'ROLE_TOO_SMALL',
      `${subject} has none of the roles ${ROLES.join(', ')} here: ask whoever gives out roles`,
    );
  }
  const name = claim(payload, issuer.nameClaim);
  return { subject, name: typeof name === 'string' && name !== '' ? name : subject, role, issuer: issuer.issuer };
}

/** The largest role that a token gives. */
function roleOf(payload: JWTPayload, subject: string, { rolesClaim, roles, subjects }: TokenIssuer): Role | undefined {
  const claimed = claim(payload, rolesClaim);
  // Some issuers write lists as words of one text, as OAuth writes scopes.
  const names = typeof claimed === 'string' ? claimed.split(' ') : Array.isArray(claimed) ? claimed : [];
  const assigned = Object.hasOwn(subjects, subject) ? subjects[subject] : undefined;
  return ROLES.findLast((role) => role === assigned || roles[role].some((name) => names.includes(name)));
}

/** A claim by its name, or by the path to it: names may hold dots themselves. */
function claim(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path];
  let place: unknown = payload;
  for (const key of path.split('.')) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return undefined;
    place = (place as Record<string, unknown>)[key];
  }
  return place;
}
