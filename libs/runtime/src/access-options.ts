import { tokenFromFile, type Authenticator, type ConnectOptions, type ServerOptions } from '@spectrawl/grpc';
import type { Authentication } from './authentication-config.ts';
import { tokenAuthenticator } from './authentication/token-authenticator.ts';
import type { Config } from './config.ts';
import type { GrpcConfig } from './grpc-config.ts';

/** Who tells callers apart; nobody where everybody may do everything. */
export function authenticatorOf(authentication: Authentication): Authenticator | undefined {
  return authentication.kind === 'none' ? undefined : tokenAuthenticator(authentication);
}

/** How this process is called. */
export function serverOptions({ grpc, authentication }: Pick<Config, 'grpc' | 'authentication'>): ServerOptions {
  return {
    tls: grpc.tls === 'mesh' ? undefined : grpc.tls,
    authenticator: authenticatorOf(authentication),
    limits: given(grpc.limits),
  };
}

/** How this process calls others: they speak TLS where it does. */
export function connectOptions({ tls, client }: GrpcConfig): ConnectOptions {
  const { caFile, certificateFile, keyFile, tokenFile } = client;
  return {
    tls: tls === undefined || tls === 'mesh' ? undefined : { caFile, certificateFile, keyFile },
    encryptedByOthers: tls === 'mesh',
    token: tokenFile === undefined ? undefined : tokenFromFile(tokenFile),
  };
}

/** The address at which this process reaches itself: certificates name a host, not the sign for all addresses of the machine. */
export function fromHere(address: string): string {
  return address.replace(/^(?:0\.0\.0\.0|\[::\]|::):/, 'localhost:');
}

function given<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
