import { isLoopback, ROLES } from '@spectrawl/grpc';
import { z } from 'zod';

/**
 * Signatures that tokens may carry. Only keys in two halves: whoever can check a token must not be able to make one, and a public key
 * must never pass as a shared secret.
 */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

const Names = z.array(z.string().min(1)).default([]);

/** Whose tokens are taken, how they are checked, and which role they give. */
const Issuer = z
  .strictObject({
    /** The claim `iss`, to the letter. Its keys are found at `<issuer>/.well-known/openid-configuration`, unless jwksFile is given. */
    issuer: z.string().min(1),
    /** One of these must be in the claim `aud`. */
    audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
    /** File of the issuer's public keys, a JSON Web Key Set; it is read again when it changes. */
    jwksFile: z.string().min(1).optional(),
    /** Where the issuer's configuration lies, if not below its name. */
    discoveryUrl: z.string().min(1).optional(),
    /** Authorities of the issuer's own certificate, such as a cluster's; absent means the machine's. */
    caFile: z.string().min(1).optional(),
    /** Token with which the issuer is asked, where it doesn't answer everybody: clusters often don't. */
    tokenFile: z.string().min(1).optional(),
    algorithms: z
      .array(z.enum(ALGORITHMS))
      .min(1)
      .default([...ALGORITHMS]),
    /** Claim that lists roles: its name, or the path to it, such as realm_access.roles. */
    rolesClaim: z.string().min(1).default('roles'),
    /** Which of the issuer's roles gives which of Spectrawl's; by default those of the same name. */
    roles: z
      .strictObject({ viewer: Names, annotator: Names, operator: Names })
      .default({ viewer: ['viewer'], annotator: ['annotator'], operator: ['operator'] }),
    /** Roles of single subjects (claim `sub`), such as system:serviceaccount:<namespace>:<name>. */
    subjects: z.record(z.string(), z.enum(ROLES)).default({}),
    /** Claim with the name under which the bearer labels; where a token lacks it, its subject is the name. */
    nameClaim: z.string().min(1).default('preferred_username'),
  })
  .superRefine(({ issuer, jwksFile, discoveryUrl }, context) => {
    if (jwksFile !== undefined) return;
    const [key, text] = discoveryUrl === undefined ? ['issuer', issuer] : ['discoveryUrl', discoveryUrl];
    if (mayBeAsked(text)) return;
    context.addIssue({
      code: 'custom',
      path: [key],
      message: 'give an https address, so that nobody can put other keys in their place, or give jwksFile',
    });
  });

const Jwt = z.strictObject({
  kind: z.literal('jwt'),
  issuers: z.array(Issuer).min(1),
  /** Seconds by which the clocks of issuers may differ from this machine's. */
  clockTolerance: z.int().min(0).max(300).default(30),
});

/** Who callers are, and what they may do. `none`: everybody may do everything, from this machine only. */
export const AuthenticationSection = z
  .discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), Jwt])
  .superRefine((section, context) => {
    if (section.kind === 'none') return;
    const names = section.issuers.map(({ issuer }) => issuer);
    const twice = names.findIndex((name, at) => names.indexOf(name) !== at);
    if (twice !== -1) {
      context.addIssue({ code: 'custom', path: ['issuers', twice, 'issuer'], message: 'is given twice' });
    }
  });

export type Authentication = z.infer<typeof AuthenticationSection>;
export type JwtAuthentication = z.infer<typeof Jwt>;
export type TokenIssuer = z.infer<typeof Issuer>;

/** Whether keys may be fetched from an address: over TLS, or from this machine. */
export function mayBeAsked(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
