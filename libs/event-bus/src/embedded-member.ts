import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import type { EmbeddedLog, LoggedEvent, Place } from './embedded-log.ts';
import { UnprocessableEventError } from './errors.ts';
import type { EventHandler, RetryPolicy, SubscriptionRequest } from './event-bus.ts';
import { handleTraced } from './handle-traced.ts';
import { deadLetter, delayAfter, retryPolicy } from './retry.ts';
import { Slots } from './slots.ts';

const log = logger('event-bus');

/** What became of one delivery. */
type Outcome = 'handled' | 'handed back' | { error: unknown };

/** One subscription as a member of its group: handles the events of the partitions that it owns. */
export class EmbeddedMember {
  readonly topics: ReadonlySet<string>;
  readonly #group: string;
  readonly #log: EmbeddedLog;
  readonly #handler: EventHandler;
  readonly #retry: RetryPolicy;
  readonly #slots: Slots;
  readonly #clock: () => number;
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
    this.#handler = handler;
    this.#retry = retryPolicy(request.retry);
    this.#slots = new Slots(request.concurrency ?? 1);
    this.#clock = clock;
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

  async #seeThrough(event: LoggedEvent, place: Place, isOwner: () => boolean): Promise<boolean> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#slots.use(() => this.#deliver(event, attempt, isOwner));
      if (outcome === 'handed back') return false;
      if (outcome === 'handled') {
        await this.#log.commit(this.#group, place, event.position);
        return true;
      }
      const { error } = outcome;
      const about = { error, event: event.id, topic: event.topic, group: this.#group, attempt };
      if (error instanceof UnprocessableEventError || attempt >= this.#retry.attempts) {
        await this.#bury(event, place, attempt, error);
        log.error(about, 'an event could not be handled and went to the dead-letter topic');
        return true;
      }
      log.warn(about, 'an event could not be handled and will be delivered again');
      // A retry in place holds up its partition, for the order's sake, but no slot.
      await delay(delayAfter(this.#retry, attempt), undefined, { signal: this.signal }).catch(() => undefined);
    }
  }

  async #deliver(event: LoggedEvent, attempt: number, isOwner: () => boolean): Promise<Outcome> {
    if (this.signal.aborted || !isOwner()) return 'handed back';
    const { position: _, ...envelope } = event;
    try {
      await handleTraced(envelope, this.#group, () => this.#handler(envelope, { attempt, signal: this.signal }));
      return 'handled';
    } catch (error) {
      return this.signal.aborted ? 'handed back' : { error };
    }
  }

  async #bury(event: LoggedEvent, place: Place, attempts: number, error: unknown): Promise<void> {
    const { position, ...envelope } = event;
    const letter = deadLetter(envelope, {
      group: this.#group,
      partition: place.partition,
      position,
      attempts,
      error,
      time: new Date(this.#clock()),
    });
    this.#onBuried(await this.#log.bury(this.#group, place, position, letter));
  }
}
