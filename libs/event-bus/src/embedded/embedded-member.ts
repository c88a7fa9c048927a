import { Attempts } from '../attempts.ts';
import type { EmbeddedLog, LoggedEvent, Place } from './embedded-log.ts';
import type { EventHandler, SubscriptionRequest } from '../event-bus.ts';

/** What the embedded bus is called in traces and metrics. */
export const EMBEDDED_SYSTEM = 'spectrawl';

/** One subscription as a member of its group: handles the events of the partitions that it owns. */
export class EmbeddedMember {
  readonly topics: ReadonlySet<string>;
  readonly #group: string;
  readonly #log: EmbeddedLog;
  readonly #attempts: Attempts;
  readonly #onBuried: (place: Place) => void;
  readonly #stop = new AbortController();
  readonly #inHand = new Set<Promise<boolean>>();

  constructor(
    eventLog: EmbeddedLog,
    request: SubscriptionRequest,
    handler: EventHandler,
    clock: () => number,
    onBuried: (place: Place) => void,
  ) {
    this.topics = new Set(request.topics);
    this.#group = request.group;
    this.#log = eventLog;
    this.#attempts = new Attempts(request, handler, clock, EMBEDDED_SYSTEM);
    this.#onBuried = onBuried;
  }

  /** Aborted once the member is to stop. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Resolves once the member, told to stop, has finished or handed back the events that it had in hand. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#inHand);
  }

  /**
   * Sees one event through: handled, or after its last attempt in the dead-letter topic.
   * @param isOwner whether the partition is still this member's
   * @returns false when the event was handed back for another delivery
   */
  async handle(event: LoggedEvent, place: Place, isOwner: () => boolean): Promise<boolean> {
    const seen = this.#seeThrough(event, place, isOwner);
    this.#inHand.add(seen);
    try {
      return await seen;
    } finally {
      this.#inHand.delete(seen);
    }
  }

  async #seeThrough({ position, ...event }: LoggedEvent, place: Place, isOwner: () => boolean): Promise<boolean> {
    const at = { partition: place.partition, position };
    const turn = { signal: this.signal, begin: isOwner, wait: () => {} };
    const outcome = await this.#attempts.seeThrough(event, at, turn);
    if (outcome === 'handed back') return false;
    if (outcome === 'handled') await this.#log.commit(this.#group, place, position);
    else this.#onBuried(await this.#log.bury(this.#group, place, position, outcome.letter));
    return true;
  }
}
