import { FilesystemObjectStore } from './filesystem-object-store.ts';
import type { ObjectStore, ObjectStoreConfig } from './object-store.ts';

/** Opens the store that the configuration names. */
export function openObjectStore(config: ObjectStoreConfig): Promise<ObjectStore> {
  switch (config.kind) {
    case 'filesystem':
      return FilesystemObjectStore.open(config.directory);
  }
}
