import { FilesystemObjectStore } from './filesystem-object-store.ts';
import type { ObjectStore, ObjectStoreConfig } from './object-store.ts';
import { ObservedObjectStore } from './observed-object-store.ts';
import { S3ObjectStore } from './s3-object-store.ts';

/** Opens the store that the configuration names. @throws {StoreUnavailableError} when there is no such bucket, or no way to it */
export async function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  return new ObservedObjectStore(await open(config));
}

function open(config: ObjectStoreConfig): Promise<ObjectStore> {
  switch (config.kind) {
    case 'filesystem':
      return FilesystemObjectStore.open(config.directory);
    case 's3':
      return S3ObjectStore.open(config);
  }
}
