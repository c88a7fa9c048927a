import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCredentials,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  renewServerCertificate,
  signToken,
  type CredentialsFiles,
  type TokenClaims,
} from '@spectrawl/credentials';
import type { ConnectOptions, Role } from '@spectrawl/grpc';

/** Longer than any test. */
const TOKEN_SECONDS = 86_400;

/** Certificates, keys and tokens for a deployment under test, in a folder of their own. */
export class DeploymentCredentials {
  readonly directory: string;
  readonly files: CredentialsFiles;
  readonly #serviceTokenFile: string;

  private constructor(directory: string, files: CredentialsFiles, serviceTokenFile: string) {
    this.directory = directory;
    this.files = files;
    this.#serviceTokenFile = serviceTokenFile;
  }

  /** Remove them in the end. */
  static async create(): Promise<DeploymentCredentials> {
    const directory = await mkdtemp(join(tmpdir(), 'spectrawl-credentials-'));
    const files = await createCredentials(directory);
    const serviceTokenFile = join(directory, 'service.token');
    const credentials = new DeploymentCredentials(directory, files, serviceTokenFile);
    // Services only read from one another.
    await writeFile(serviceTokenFile, await credentials.token('viewer', 'service'), { mode: 0o600 });
    return credentials;
  }

  /** A token that is good for the time of a test, unless `changes` spoil it. */
  async token(role: Role, name: string, changes: Partial<TokenClaims> = {}): Promise<string> {
    const key = JSON.parse(await readFile(this.files.signingKeyFile, 'utf8')) as Parameters<typeof signToken>[0];
    const issuedAt = Math.floor(Date.now() / 1000);
    return await signToken(key, { role, name, issuedAt, expiresAt: issuedAt + TOKEN_SECONDS, ...changes });
  }

  /** Sections of a configuration: TLS both ways, and the tokens made here. */
  get sections(): { grpc: object; authentication: object } {
    const { caFile, serverCertificateFile, serverKeyFile, clientCertificateFile, clientKeyFile, jwksFile } = this.files;
    return {
      grpc: {
        tls: { certificateFile: serverCertificateFile, keyFile: serverKeyFile, clientCaFile: caFile },
        client: {
          caFile,
          certificateFile: clientCertificateFile,
          keyFile: clientKeyFile,
          tokenFile: this.#serviceTokenFile,
        },
      },
      authentication: { kind: 'jwt', issuers: [{ issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, jwksFile }] },
    };
  }

  /** How a client connects in somebody's name. */
  connectOptions(role: Role = 'operator', name: string = role): ConnectOptions {
    const { caFile, clientCertificateFile, clientKeyFile } = this.files;
    let token: Promise<string> | undefined;
    return {
      tls: { caFile, certificateFile: clientCertificateFile, keyFile: clientKeyFile },
      token: () => (token ??= this.token(role, name)),
    };
  }

  /** Gives the server a new key and certificate, of the same authority. */
  async renewServer(): Promise<void> {
    await renewServerCertificate(this.directory);
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
