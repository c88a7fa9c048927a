import { RETENTION as EMBEDDED_RETENTION } from './embedded/embedded-log.ts';
import type { EventBusConfig } from './event-bus.ts';
import { DEFAULT_RETENTION as KAFKA_RETENTION } from './kafka/kafka-config.ts';

/** How long a ledger remembers events, in milliseconds. */
export interface LedgerRetention {
  /** events that were published: what a restored installation publishes again has to be here */
  outbox: number;
  /** events that were taken in: what is delivered again has to be known here */
  inbox: number;
}

/** What a configuration says of the retention. */
export type ChosenRetention = { [Key in keyof LedgerRetention]?: number | undefined };

/** The retention of a ledger forgets events that may yet be needed; the message says which value has to be what. */
export class LedgerRetentionError extends Error {
  override readonly name = 'LedgerRetentionError';
}

const DAY = 24 * 3_600_000;

/**
 * An event is delivered at most so long after the bus's retention (milliseconds): Kafka drops whole segments, which it closes once
 * a day, and clocks differ.
 */
const SLACK = 2 * DAY;

const DEFAULTS: LedgerRetention = { outbox: 16 * DAY, inbox: 30 * DAY };

/**
 * Completes and checks the retention of a ledger. An event that waits in the bus has to be in its writer's outbox, so that it can
 * be published again where the bus was lost: `outbox` reaches beyond the bus's retention. Whatever can be delivered or published
 * again has to be known to those who have taken it in: `inbox` reaches beyond `outbox`.
 * @param bus milliseconds for which the bus keeps events
 * @throws {LedgerRetentionError}
 */
export function ledgerRetention(bus: number, chosen: ChosenRetention = {}): LedgerRetention {
  const outbox = chosen.outbox ?? Math.max(DEFAULTS.outbox, bus + SLACK);
  const inbox = chosen.inbox ?? Math.max(DEFAULTS.inbox, outbox + SLACK);
  if (outbox < bus + SLACK) {
    throw new LedgerRetentionError(
      `the outbox forgets events after ${days(outbox)}, but the bus may deliver them for ${days(bus + SLACK)}: give the outbox at least ${bus + SLACK} milliseconds`,
    );
  }
  if (inbox < outbox + SLACK) {
    throw new LedgerRetentionError(
      `the inbox forgets events after ${days(inbox)}, but they may be published again for ${days(outbox + SLACK)}: give the inbox at least ${outbox + SLACK} milliseconds`,
    );
  }
  return { outbox, inbox };
}

/** Milliseconds for which the bus that the configuration names keeps events. */
export function busRetention(config: EventBusConfig): number {
  return config.kind === 'embedded' ? EMBEDDED_RETENTION : (config.retention ?? KAFKA_RETENTION);
}

function days(milliseconds: number): string {
  return `${Math.round((milliseconds / DAY) * 10) / 10} days`;
}
