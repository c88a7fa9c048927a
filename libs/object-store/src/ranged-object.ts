import { ObjectNotFoundError, ObjectReplacedError } from './errors.ts';
import type { ObjectStore } from './object-store.ts';

/** An object that is read by ranges, as Parquet readers do. */
export interface RangedObject {
  /** bytes */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Fills `target` from `offset`. @throws {ObjectReplacedError} when the object has become too short for that */
  readInto(offset: number, target: Uint8Array): Promise<void>;
}

/** Opens an object for reading by ranges. @throws {ObjectNotFoundError} */
export async function rangedObject(store: ObjectStore, key: string): Promise<RangedObject> {
  const version = await store.head(key);
  if (!version) throw new ObjectNotFoundError(key);
  return {
    size: version.size,
    read: (offset, length) => store.read(key, offset, length),
    readInto: async (offset, target) => {
      if ((await store.readInto(key, offset, target)) < target.length) throw new ObjectReplacedError(key);
    },
  };
}
