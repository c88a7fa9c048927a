import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createCredentials,
  createToken,
  credentialsFiles,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  renewServerCertificate,
} from '@spectrawl/credentials';
import type { Role } from '@spectrawl/grpc';

/** How long the tokens are good: each start makes new ones. */
const TOKEN_SECONDS = 30 * 86_400;

/** What the processes, and those who call them, need to know each other. */
export interface OwnCredentials {
  readonly sections: { grpc: object; authentication: object };
  /** Keys of a connection file. */
  readonly connection: { caFile: string; tokenFile: string };
}

/** Makes certificates and tokens for a deployment on this machine, once; later starts renew what runs out. */
export async function ownCredentials(folder: string): Promise<OwnCredentials> {
  const files = credentialsFiles(folder);
  if (existsSync(files.caKeyFile)) await renewServerCertificate(folder);
  else await createCredentials(folder);
  const operator = await tokenFile(folder, 'operator', 'operator');
  // Services only read from one another.
  const services = await tokenFile(folder, 'viewer', 'services');
  const { caFile, serverCertificateFile, serverKeyFile, jwksFile } = files;
  return {
    sections: {
      grpc: {
        tls: { certificateFile: serverCertificateFile, keyFile: serverKeyFile },
        client: { caFile, tokenFile: services },
      },
      authentication: { kind: 'jwt', issuers: [{ issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, jwksFile }] },
    },
    connection: { caFile, tokenFile: operator },
  };
}

async function tokenFile(folder: string, role: Role, name: string): Promise<string> {
  const path = join(folder, `${name}.token`);
  const token = await createToken(folder, { role, name, seconds: TOKEN_SECONDS });
  await writeFile(`${path}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return path;
}
