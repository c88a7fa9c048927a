import type { DescMessage, MessageShape } from '@bufbuild/protobuf';
import type { EventType } from '@spectrawl/contracts';
import type { ServiceDatabase, Transaction } from '@spectrawl/database';

import type { EventBus, RetryPolicy, Subscription } from './event-bus.ts';
import type { ChosenRetention } from './ledger-retention.ts';

export interface LedgerOptions<Tables> {
  database: ServiceDatabase<Tables>;
  bus: EventBus;
  /** who says the events, e.g. `spectrawl/selection` */
  source: string;
  /** milliseconds since 1970; default `Date.now` */
  clock?: () => number;
  /** how long events are remembered; default: see {@link ledgerRetention} */
  retention?: ChosenRetention;
}

export interface PublishOptions {
  /** the event's id, where it is not to be a new UUID */
  id?: string;
  /** the trace that the event belongs to, where that is not the current one, as a W3C `traceparent`; the two are linked */
  traceparent?: string | undefined;
}

/** Events that were said and are not on the bus yet. */
export interface Outbox {
  events: number;
  /** when the oldest was said */
  oldest: Date | undefined;
}

/** A transaction of a service's state together with the events that it says and the events that it has taken in. */
export interface LedgerTransaction<Tables> {
  db: Transaction<Tables>;
  /**
   * Says an event when, and only when, the transaction commits. Events of one key are published in the order of these calls.
   * @returns the event's id: the given one, else a new UUID
   */
  publish<Desc extends DescMessage>(
    type: EventType<Desc>,
    message: MessageShape<Desc>,
    options?: PublishOptions,
  ): string;
  /** Records that the event was taken in. False when an earlier, committed transaction did so: then do nothing. */
  firstTime(eventId: string): Promise<boolean>;
  /** Whether a committed transaction has taken the event in: asked before long work, which `firstTime` only ends. */
  wasTakenIn(eventId: string): Promise<boolean>;
}

export interface ReceivedEvent {
  eventId: string;
  /** 1 for the first delivery by this subscription */
  attempt: number;
  signal: AbortSignal;
  traceparent: string | undefined;
}

export interface ConsumeOptions {
  /** default: the service's schema, which is its name */
  group?: string;
  /** partitions handled in parallel, at most; default 1 */
  concurrency?: number;
  retry?: Partial<RetryPolicy>;
}

/** A service's outbox and inbox: state and events commit together, and an event's effect happens once. */
export interface Ledger<Tables> {
  transaction<T>(fn: (tx: LedgerTransaction<Tables>) => Promise<T>): Promise<T>;
  /** Starts handling the events of one type. Bytes that are no such message go to the dead-letter topic. */
  consume<Desc extends DescMessage>(
    type: EventType<Desc>,
    handler: (message: MessageShape<Desc>, event: ReceivedEvent) => Promise<void>,
    options?: ConsumeOptions,
  ): Promise<Subscription>;
  /** What waits to be published. */
  outbox(): Promise<Outbox>;
  /** Stops the consumers and the relay; what was committed but not yet published goes out when the ledger opens again. */
  close(): Promise<void>;
}
