import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createCredentials,
  createToken,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  type CredentialsFiles,
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

  /** A token that is good for the time of a test. */
  async token(role: Role, name: string): Promise<string> {
    return await createToken(this.directory, { role, name, seconds: TOKEN_SECONDS });
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

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
