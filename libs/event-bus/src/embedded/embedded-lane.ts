import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import type { EmbeddedLog, Place } from './embedded-log.ts';
import type { EmbeddedMember } from './embedded-member.ts';

const log = logger('event-bus');

/** Events read from the log at once. They carry ids and keys only, so this bounds memory to some tens of kilobytes. */
const BATCH = 64;

/** milliseconds before the log is read again after it could not be */
const PAUSE_AFTER_FAILURE = 1_000;

/**
 * One partition as one group works through it, event by event. Its owner, a member of the group, may change at any time: the
 * event in hand is finished by the old owner, the next one goes to the new.
 */
export class EmbeddedLane {
  readonly #log: EmbeddedLog;
  readonly #group: string;
  readonly place: Place;
  #owner: EmbeddedMember | undefined;
  #running: Promise<void> | undefined;
  #news = Promise.withResolvers<void>();

  constructor(eventLog: EmbeddedLog, group: string, place: Place) {
    this.#log = eventLog;
    this.#group = group;
    this.place = place;
  }

  /** Gives the partition to a member, or to none. */
  assign(owner: EmbeddedMember | undefined): void {
    if (owner === this.#owner) return;
    this.#owner = owner;
    this.wake();
    if (owner) this.#running ??= this.#run();
  }

  /** Says that there may be new events. */
  wake(): void {
    this.#news.resolve();
  }

  /** Resolves once the lane, left without an owner, has let go of its last event. */
  async stopped(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let owner = this.#owner; owner; owner = this.#owner) {
      this.#news = Promise.withResolvers<void>();
      try {
        if (!(await this.#handleBatch(owner))) await this.#news.promise;
      } catch (error) {
        log.error({ error, group: this.#group, ...this.place }, 'the event log could not be read or written');
        await delay(PAUSE_AFTER_FAILURE, undefined, { signal: owner.signal }).catch(() => undefined);
      }
    }
    this.#running = undefined;
  }

  /** @returns whether there may be more to do without any news */
  async #handleBatch(owner: EmbeddedMember): Promise<boolean> {
    const events = await this.#log.read(this.#group, this.place, BATCH);
    for (const event of events) {
      const done = await owner.handle(event, this.place, () => this.#owner === owner);
      if (!done) return true;
    }
    return events.length > 0;
  }
}
