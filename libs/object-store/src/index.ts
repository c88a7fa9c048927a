export {
  InvalidObjectKeyError,
  ObjectExistsError,
  ObjectNotFoundError,
  ObjectReplacedError,
  StoreFullError,
  StoreUnavailableError,
} from './errors.ts';
export type {
  FilesystemConfig,
  ObjectEntry,
  ObjectStore,
  ObjectStoreConfig,
  ObjectVersion,
  PutOptions,
  S3Config,
} from './object-store.ts';
export { openObjectStore } from './open-object-store.ts';
export { rangedObject, type RangedObject } from './ranged-object.ts';
