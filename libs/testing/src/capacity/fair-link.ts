import { EventQueue } from './event-queue.ts';

/**
 * A link whose bandwidth is shared equally by the transfers under way, none of which gets more than its own network card carries
 * (processor sharing). Kept in virtual time: each byte that every transfer gets advances it by one, so a transfer ends when virtual time
 * has gone on by its size, and a change of their number costs O(log n).
 */
export class FairLink<T> {
  readonly #bytesPerSecond: number;
  readonly #transferBytesPerSecond: number;
  readonly #ends = new EventQueue<T>();
  #virtual = 0;
  #now = 0;
  /** Seconds during which transfers got less than their card carries. */
  saturatedSeconds = 0;

  constructor(bytesPerSecond: number, transferBytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#transferBytesPerSecond = transferBytesPerSecond;
  }

  get #rate(): number {
    return Math.min(this.#transferBytesPerSecond, this.#bytesPerSecond / this.#ends.size);
  }

  /** When the first of the transfers ends if no other begins. */
  get nextAt(): number {
    return this.#ends.size === 0 ? Infinity : this.#now + (this.#ends.nextAt - this.#virtual) / this.#rate;
  }

  begin(now: number, bytes: number, transfer: T): void {
    this.#goTo(now);
    this.#ends.push(this.#virtual + bytes, transfer);
  }

  /** Ends the transfer that is due at `nextAt`. */
  end(): T {
    const at = this.nextAt;
    const due = this.#ends.nextAt;
    this.#goTo(at);
    // Exactly, so that rounding does not leave a rest that takes no time.
    this.#virtual = due;
    return this.#ends.pop()!;
  }

  #goTo(now: number): void {
    if (this.#ends.size > 0) {
      this.#virtual += (now - this.#now) * this.#rate;
      if (this.#rate < this.#transferBytesPerSecond) this.saturatedSeconds += now - this.#now;
    }
    this.#now = now;
  }
}
