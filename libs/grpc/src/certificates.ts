import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates } from 'node:tls';
import { credentials, experimental, ServerCredentials, type ChannelCredentials } from '@grpc/grpc-js';
import { logger } from '@spectrawl/telemetry';
import type { ClientTls, ServerTls } from './tls.ts';

const log = logger('grpc');

/** How often the files are looked at: orchestrators replace certificates hours before they end. */
const LOOK_MILLISECONDS = 10_000;

type CaUpdate = { caCertificate: Buffer };
type IdentityUpdate = { certificate: Buffer; privateKey: Buffer };

/** What the files held when they were last read. */
interface Certificates {
  authorities: Buffer | undefined;
  identity: IdentityUpdate | undefined;
}

interface CertificateFiles {
  caFile?: string | undefined;
  certificateFile?: string | undefined;
  keyFile?: string | undefined;
}

/**
 * Certificates in files, which are followed while somebody uses them. grpc-js has such a class, too; this one refuses files that can't
 * be used at the start, and later goes on with the last ones that could: a certificate may be seen before its key is there.
 */
class FollowedCertificates {
  readonly #files: CertificateFiles;
  readonly #lookMilliseconds: number;
  readonly #caListeners = new Set<(update: CaUpdate | null) => void>();
  readonly #identityListeners = new Set<(update: IdentityUpdate | null) => void>();
  #latest: Certificates;
  #timer: NodeJS.Timeout | undefined;

  /** @throws when a file cannot be read, is no PEM, or the key is another certificate's */
  constructor(files: CertificateFiles, lookMilliseconds: number) {
    this.#files = files;
    this.#lookMilliseconds = lookMilliseconds;
    this.#latest = readCertificates(files);
  }

  addCaCertificateListener(listener: (update: CaUpdate | null) => void): void {
    this.#caListeners.add(listener);
    this.#follow();
    process.nextTick(() => this.#tellAuthorities(listener));
  }
  removeCaCertificateListener(listener: (update: CaUpdate | null) => void): void {
    this.#caListeners.delete(listener);
    this.#rest();
  }
  addIdentityCertificateListener(listener: (update: IdentityUpdate | null) => void): void {
    this.#identityListeners.add(listener);
    this.#follow();
    process.nextTick(() => listener(this.#latest.identity ?? null));
  }
  removeIdentityCertificateListener(listener: (update: IdentityUpdate | null) => void): void {
    this.#identityListeners.delete(listener);
    this.#rest();
  }

  #tellAuthorities(listener: (update: CaUpdate | null) => void): void {
    // Node knows the machine's own authorities, NODE_EXTRA_CA_CERTS among them.
    const caCertificate = this.#latest.authorities ?? Buffer.from(getCACertificates('default').join('\n'));
    listener({ caCertificate });
  }

  #follow(): void {
    this.#timer ??= setInterval(() => this.#look(), this.#lookMilliseconds).unref();
  }

  #rest(): void {
    if (this.#caListeners.size + this.#identityListeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    let found: Certificates;
    try {
      found = readCertificates(this.#files);
    } catch (error) {
      log.error({ error }, 'changed certificates cannot be used: going on with those from before');
      return;
    }
    if (same(found, this.#latest)) return;
    this.#latest = found;
    log.info({ ...this.#files }, 'certificates were renewed');
    for (const listener of this.#caListeners) this.#tellAuthorities(listener);
    for (const listener of this.#identityListeners) listener(found.identity ?? null);
  }
}

function readCertificates({ caFile, certificateFile, keyFile }: CertificateFiles): Certificates {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const authorities = caFile === undefined ? undefined : read(caFile);
  const identity =
    certificateFile === undefined || keyFile === undefined
      ? undefined
      : { certificate: read(certificateFile), privateKey: read(keyFile) };
  try {
    createSecureContext({ ca: authorities, cert: identity?.certificate, key: identity?.privateKey });
  } catch (error) {
    const files = [caFile, certificateFile, keyFile].filter((file) => file !== undefined).join(', ');
    throw new Error(
      `${files}: ${error instanceof Error ? error.message : String(error)}; give PEM files, the key being the certificate's own`,
    );
  }
  return { authorities, identity };
}

function same(one: Certificates, other: Certificates): boolean {
  const texts = ({ authorities, identity }: Certificates): string[] =>
    [authorities, identity?.certificate, identity?.privateKey].map((bytes) => bytes?.toString() ?? '');
  const others = texts(other);
  return texts(one).every((text, at) => text === others[at]);
}

/** @throws when the files cannot be used */
export function serverCredentials(tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { certificateFile, keyFile, clientCaFile } = tls;
  const files = new FollowedCertificates(
    { caFile: clientCaFile, certificateFile, keyFile },
    tls.lookMilliseconds ?? LOOK_MILLISECONDS,
  );
  const mutual = clientCaFile !== undefined;
  // Identity first: grpc-js 1.14 names its parameters the other way round than it uses them.
  return experimental.createCertificateProviderServerCredentials(files, mutual ? files : null, mutual);
}

/** @throws when the files cannot be used */
export function channelCredentials(tls: ClientTls | undefined): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { caFile, certificateFile, keyFile } = tls;
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new TypeError('give both certificateFile and keyFile, or neither');
  }
  const files = new FollowedCertificates(
    { caFile, certificateFile, keyFile },
    tls.lookMilliseconds ?? LOOK_MILLISECONDS,
  );
  return experimental.createCertificateProviderChannelCredentials(files, certificateFile === undefined ? null : files);
}
