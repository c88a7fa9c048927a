export { InvalidObjectKeyError, ObjectExistsError, ObjectNotFoundError, StoreFullError } from './errors.ts';
export type { ObjectEntry, ObjectStore, ObjectStoreConfig, ObjectVersion, PutOptions } from './object-store.ts';
export { openObjectStore } from './open-object-store.ts';
export { rangedObject, type RangedObject } from './ranged-object.ts';
