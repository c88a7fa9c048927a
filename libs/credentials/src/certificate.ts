// The certificate library's parts find each other by decorators.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const KEYS = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** Clocks of two machines differ: a certificate is good from a little before it was made. */
const CLOCK_DIFFERENCE_MILLISECONDS = 300_000;

/** A certificate and its private key, in PEM. */
export interface Identity {
  certificate: string;
  key: string;
}

/** What a certificate is for: a server is known by its hosts, a client by its name. */
export type Purpose = { kind: 'server'; hosts: readonly string[] } | { kind: 'client' };

/** From when and until when a certificate is good. */
export interface Validity {
  from: Date;
  days: number;
}

/** A certificate authority of its own: whoever trusts its certificate trusts what it issues. */
export async function createAuthority(name: string, validity: Validity): Promise<Identity> {
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: SIGNATURE,
    ...dates(validity),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await privatePem(keys.privateKey) };
}

/** Issues a certificate for a new key. @throws when the authority's PEM texts are none */
export async function issueCertificate(
  authority: Identity,
  name: string,
  purpose: Purpose,
  validity: Validity,
): Promise<Identity> {
  const issuer = new X509Certificate(authority.certificate);
  const [der] = PemConverter.decode(authority.key);
  if (der === undefined) throw new TypeError("the authority's key is no PEM");
  const signingKey = await webcrypto.subtle.importKey('pkcs8', der, KEYS, false, ['sign']);
  const keys = await webcrypto.subtle.generateKey(KEYS, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject: [{ CN: [name] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNATURE,
    ...dates(validity),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([
        purpose.kind === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth,
      ]),
      await AuthorityKeyIdentifierExtension.create(issuer),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(purpose.kind === 'server' ? [new SubjectAlternativeNameExtension(purpose.hosts.map(alternativeName))] : []),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await privatePem(keys.privateKey) };
}

function dates({ from, days }: Validity): { notBefore: Date; notAfter: Date } {
  return {
    notBefore: new Date(from.getTime() - CLOCK_DIFFERENCE_MILLISECONDS),
    notAfter: new Date(from.getTime() + days * 86_400_000),
  };
}

function alternativeName(host: string): { type: 'ip' | 'dns'; value: string } {
  return { type: isIP(host) === 0 ? 'dns' : 'ip', value: host };
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}
