/** A folder of this machine. */
export interface FilesystemConfig {
  kind: 'filesystem';
  directory: string;
}

/** A bucket of a server that speaks S3. */
export interface S3Config {
  kind: 's3';
  bucket: string;
  region: string;
  /** e.g. `https://s3.example.org`; Amazon's own without it */
  endpoint?: string | undefined;
  /** Put before every key, with a slash between: several installations can share a bucket. */
  prefix?: string | undefined;
  /** Names the bucket in the path and not in the host's name, as most servers but Amazon's want it. */
  forcePathStyle?: boolean | undefined;
  /** Without it, what the AWS SDK finds: AWS_ACCESS_KEY_ID …, a profile, the machine's or the pod's role. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Where objects are kept. */
export type ObjectStoreConfig = FilesystemConfig | S3Config;

/** What an object's bytes are known by: the etag changes whenever the bytes do. */
export interface ObjectVersion {
  etag: string;
  /** bytes */
  size: number;
}

export interface PutOptions {
  /** Refuse with {@link ObjectExistsError} when the key is taken; of several concurrent writers exactly one wins. */
  ifAbsent?: boolean;
  /** MIME type, for stores that tell it to whoever downloads the object. */
  contentType?: string;
}

export interface ObjectEntry {
  key: string;
  /** bytes */
  size: number;
}

/**
 * Objects by key. A key is a path of 1 to 1024 bytes of UTF-8: segments of at most 255 bytes joined by `/`, none empty, `.` or
 * `..`, no backslash, no control character; methods reject others with {@link InvalidObjectKeyError}. No key may continue
 * another object's by `/`: what is a folder can't be an object too (a file system refuses it, S3 does not notice). Writes are atomic: a reader sees the old object, the new one or none,
 * whatever happens to the writer. What `put` has acknowledged survives a crash.
 */
export interface ObjectStore {
  /**
   * Writes an object, replacing the one under the same key.
   * @throws {ObjectExistsError} with `ifAbsent` when the key is taken
   * @throws {StoreFullError} when there is no space left; nothing is kept of the object
   */
  put(key: string, content: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<ObjectVersion>;
  /** Reads a whole object. @throws {ObjectNotFoundError} */
  get(key: string): Promise<Uint8Array>;
  /**
   * Reads `length` bytes from `offset`, fewer where the object ends first.
   * @throws {ObjectNotFoundError}
   * @throws {RangeError} when offset or length is not a non-negative integer
   */
  read(key: string, offset: number, length: number): Promise<Uint8Array>;
  /**
   * Reads from `offset` into memory of the caller's, who can use it again; until it resolves, its content is undefined.
   * @returns the bytes read, fewer than `target` has where the object ends first
   * @throws {ObjectNotFoundError}
   * @throws {RangeError} when offset is not a non-negative integer
   */
  readInto(key: string, offset: number, target: Uint8Array): Promise<number>;
  /**
   * Reads an object, or a range of it, in chunks of bounded size: one version from start to end.
   * @throws {ObjectNotFoundError} on the first chunk
   * @throws {ObjectReplacedError} when the object is replaced and the rest of the old version cannot be had
   */
  stream(key: string, range?: { offset?: number; length?: number }): AsyncIterable<Uint8Array>;
  /**
   * Path of the file that an object is, where objects are files of this machine, for programs that read files; it is only to be
   * read. Elsewhere undefined, whether there is such an object or not: get a copy by {@link stream}.
   */
  file(key: string): string | undefined;
  /** Size and etag of an object, or undefined when there is none. */
  head(key: string): Promise<ObjectVersion | undefined>;
  /** All objects whose key starts with `prefix` (any string; empty for all), in the order of the keys' UTF-8 bytes. */
  list(prefix: string): AsyncIterable<ObjectEntry>;
  /** Looks whether the store answers now. @throws {StoreUnavailableError} when not, saying why */
  check(): Promise<void>;
  /** Removes an object; it is no error when there is none. */
  delete(key: string): Promise<void>;
}
