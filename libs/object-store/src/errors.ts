/** There is no object under the key. */
export class ObjectNotFoundError extends Error {
  override readonly name = 'ObjectNotFoundError';
  readonly key: string;
  constructor(key: string, options?: ErrorOptions) {
    super(`there is no object "${key}"`, options);
    this.key = key;
  }
}

/** The key is taken, and the writer asked for a free one. */
export class ObjectExistsError extends Error {
  override readonly name = 'ObjectExistsError';
  readonly key: string;
  constructor(key: string, options?: ErrorOptions) {
    super(`object "${key}" exists already`, options);
    this.key = key;
  }
}

/** The key is not one that every store can hold. */
export class InvalidObjectKeyError extends Error {
  override readonly name = 'InvalidObjectKeyError';
  readonly key: string;
  constructor(key: string, reason: string) {
    super(`object key ${JSON.stringify(key)} is not allowed: ${reason}`);
    this.key = key;
  }
}

/** The store has no space left for the object; nothing of it was kept. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError';
  readonly key: string;
  constructor(key: string, where: string, options?: ErrorOptions) {
    super(`no space left in ${where} for object "${key}": free some space, then try again`, options);
    this.key = key;
  }
}

/** The store did not do what was asked of it, however often it was asked; the message carries its reason. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** An object was replaced while it was being read, and its old bytes cannot be had any more. */
export class ObjectReplacedError extends Error {
  override readonly name = 'ObjectReplacedError';
  readonly key: string;
  constructor(key: string, options?: ErrorOptions) {
    super(`object "${key}" was replaced while it was read: read it again`, options);
    this.key = key;
  }
}
