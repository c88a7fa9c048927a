import type { DescService } from '@bufbuild/protobuf';

/** The service's own section of the configuration. */
export const CONFIG = Symbol('config');
/** The service's schema of the database: `ServiceDatabase<Tables>`. */
export const DATABASE = Symbol('database');
/** The service's outbox and inbox: `Ledger<Tables>`. */
export const LEDGER = Symbol('ledger');
/** The object store: `ObjectStore`. */
export const OBJECT_STORE = Symbol('object store');
/** The time: `Clock`. */
export const CLOCK = Symbol('clock');
/** The service's logger: `Logger`. */
export const LOGGER = Symbol('logger');
/** Tells callers apart by their tokens: `Authenticator`, or undefined where everybody may do everything. */
export const AUTHENTICATOR = Symbol('authenticator');

/** Tells the time. */
export type Clock = () => Date;

/** Token of the client of a service that is named in `calls` or `forwards`: `ServiceClient<typeof Service>`. */
export function clientOf(service: DescService): symbol {
  return Symbol.for(`client of ${service.typeName}`);
}
