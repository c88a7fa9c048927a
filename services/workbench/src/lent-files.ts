import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '@spectrawl/runtime';

/** A file that other programs may fetch for a while. */
export interface SharedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** Milliseconds that a file is there: a program that was told of it fetches it at once. */
const SHARED_FOR = 600_000;
/** Bytes of all files together; the oldest ones give way. */
const MOST_BYTES = 128 * 2 ** 20;
/** bytes of the secret in an address */
const SECRET = 24;

/**
 * Files that the page hands to programs on the user's desk (SAMP). These know no cookie, so an address that nobody can guess lets them in.
 * They are in this process's memory: replicas need a gateway that sends an address to the one that gave it out.
 */
@Injectable()
export class LentFiles {
  readonly #files = new Map<string, SharedFile & { expires: number }>();
  readonly #clock: Clock;

  constructor(@Inject(CLOCK) clock: Clock) {
    this.#clock = clock;
  }

  /** @returns the secret of its address */
  share(file: SharedFile): string {
    const now = this.#clock().getTime();
    const secret = randomBytes(SECRET).toString('base64url');
    this.#files.set(secret, { ...file, expires: now + SHARED_FOR });
    let total = 0;
    for (const [at, { bytes, expires }] of [...this.#files].toReversed()) {
      total += bytes.length;
      if (expires <= now || total > MOST_BYTES) this.#files.delete(at);
    }
    return secret;
  }

  /** @returns undefined where there is no such file, or no longer */
  find(secret: string): SharedFile | undefined {
    const file = this.#files.get(secret);
    return file && file.expires > this.#clock().getTime() ? file : undefined;
  }
}
