export { createAuthority, issueCertificate } from './certificate.ts';
export type { Identity, Purpose, Validity } from './certificate.ts';
export {
  createCredentials,
  createToken,
  credentialsFiles,
  CredentialsError,
  renewServerCertificate,
} from './credentials-directory.ts';
export type { CredentialsFiles, CredentialsOptions, TokenRequest } from './credentials-directory.ts';
export { createSigningKey, LOCAL_AUDIENCE, LOCAL_ISSUER, publicKeys, signToken } from './signing-key.ts';
export type { TokenClaims } from './signing-key.ts';
