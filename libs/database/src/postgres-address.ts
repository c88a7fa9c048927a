import type { ClientConfig } from 'pg';
import type { PostgresConfig } from './database.ts';
import { DatabaseConfigError } from './errors.ts';

/** https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-PORT */
const DEFAULT_PORT = 5432;

/** Where a server is and how to log in to it, for the driver. */
export type PostgresLogin = Pick<ClientConfig, 'user' | 'password' | 'ssl'> & {
  host: string;
  port: number;
  database: string;
};

/** Reads the configuration. @throws {DatabaseConfigError} which does not repeat the URL: it may hold a password */
export function postgresLogin({ url, password, tls }: PostgresConfig): PostgresLogin {
  const form = 'write postgres://user@host:5432/database';
  if (!URL.canParse(url)) throw new DatabaseConfigError(`the database's url is no URL: ${form}`);
  const address = new URL(url);
  if (address.protocol !== 'postgres:' && address.protocol !== 'postgresql:') {
    throw new DatabaseConfigError(`the database's url begins with ${address.protocol}//: ${form}`);
  }
  const [parameter] = [...address.searchParams.keys()];
  if (parameter !== undefined) {
    throw new DatabaseConfigError(
      `the database's url has the parameter "${parameter}": set such things beside the url`,
    );
  }
  const database = decodeURIComponent(address.pathname.slice(1));
  const user = decodeURIComponent(address.username);
  if (!address.hostname || !database || !user) {
    throw new DatabaseConfigError(`the database's url lacks the host, the database or the user: ${form}`);
  }
  const secret = password ?? decodeURIComponent(address.password);
  return {
    // An IPv6 address is in brackets only within a URL.
    host: address.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(address.port || DEFAULT_PORT),
    database,
    user,
    // Without one the driver would look for PGPASSWORD.
    password: secret,
    ssl: tls ? { ca: tls.ca, cert: tls.certificate, key: tls.key, rejectUnauthorized: true } : false,
  };
}

/** The server for messages: `host:port/database`. */
export function addressOf({ host, port, database }: PostgresLogin): string {
  return `${host}:${port}/${database}`;
}
