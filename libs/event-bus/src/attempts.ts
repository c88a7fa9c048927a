import { setTimeout as delay } from 'node:timers/promises';
import { logger } from '@spectrawl/telemetry';
import { UnprocessableEventError } from './errors.ts';
import type { EventEnvelope, EventHandler, RetryPolicy, SubscriptionRequest } from './event-bus.ts';
import { aboutTopic, countDelivery, type DeliveryOutcome } from './event-metrics.ts';
import { handleTraced } from './handle-traced.ts';
import { deadLetter, delayAfter, retryPolicy } from './retry.ts';
import { Slots } from './slots.ts';

const log = logger('event-bus');

/** Where in the log an event stands. */
export interface Position {
  partition: number;
  position: number;
}

/** What the keeper of a partition says about an event that is being seen through. */
export interface Turn {
  /** Aborted when the event is to be handed back. */
  readonly signal: AbortSignal;
  /** Called right before each delivery. False hands the event back instead. */
  begin(): boolean;
  /** Called when a delivery has failed, before the wait for the next one. */
  wait(): void;
}

/** What became of an event: its handler resolved, it goes back for another delivery elsewhere, or it is given up for good. */
export type Outcome = 'handled' | 'handed back' | { letter: EventEnvelope };

/** The deliveries of one subscription: so many at a time, each event tried again in place until it is handled or given up. */
export class Attempts {
  readonly #group: string;
  readonly #handler: EventHandler;
  readonly #retry: RetryPolicy;
  readonly #slots: Slots;
  readonly #clock: () => number;
  readonly #system: string;

  /**
   * @param clock milliseconds since 1970
   * @param system what carries the events, as traces and metrics call it
   */
  constructor(
    { group, retry, concurrency = 1 }: SubscriptionRequest,
    handler: EventHandler,
    clock: () => number,
    system: string,
  ) {
    this.#system = system;
    this.#group = group;
    this.#handler = handler;
    this.#retry = retryPolicy(retry);
    this.#slots = new Slots(concurrency);
    this.#clock = clock;
  }

  /** Delivers the event until it is handled, handed back or, after its last attempt, a letter for the dead-letter topic. */
  async seeThrough(event: EventEnvelope, at: Position, turn: Turn): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#slots.use(() => this.#deliver(event, at, attempt, turn));
      if (outcome === 'handled' || outcome === 'handed back') return outcome;
      const { error } = outcome;
      const about = { error, event: event.id, topic: event.topic, group: this.#group, attempt };
      if (this.#isLast(error, attempt)) {
        log.error(about, 'an event could not be handled and goes to the dead-letter topic');
        const time = new Date(this.#clock());
        return { letter: deadLetter(event, { ...at, group: this.#group, attempts: attempt, error, time }) };
      }
      log.warn(about, 'an event could not be handled and will be delivered again');
      turn.wait();
      // A retry in place holds up its partition, for the order's sake, but no slot.
      await delay(delayAfter(this.#retry, attempt), undefined, { signal: turn.signal }).catch(() => undefined);
    }
  }

  async #deliver(
    event: EventEnvelope,
    { partition }: Position,
    attempt: number,
    turn: Turn,
  ): Promise<'handled' | 'handed back' | { error: unknown }> {
    if (turn.signal.aborted || !turn.begin()) return 'handed back';
    const start = performance.now();
    const note = (outcome: DeliveryOutcome): void => {
      const seconds = (performance.now() - start) / 1000;
      countDelivery(aboutTopic(this.#system, event.topic), this.#group, outcome, seconds);
    };
    try {
      const delivery = { system: this.#system, group: this.#group, partition, attempt };
      await handleTraced(event, delivery, () => this.#handler(event, { attempt, signal: turn.signal }));
      note('handled');
      return 'handled';
    } catch (error) {
      if (turn.signal.aborted) {
        note('handed-back');
        return 'handed back';
      }
      note(this.#isLast(error, attempt) ? 'dead-lettered' : 'retried');
      return { error };
    }
  }

  #isLast(error: unknown, attempt: number): boolean {
    return error instanceof UnprocessableEventError || attempt >= this.#retry.attempts;
  }
}
