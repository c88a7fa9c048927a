import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceDatabase } from '@spectrawl/database';
import { logger } from '@spectrawl/telemetry';
import type { EventBus } from './event-bus.ts';
import type { LedgerTables } from './ledger-schema.ts';
import { delayAfter, retryPolicy } from './retry.ts';

const log = logger('event-bus');

/** Events read from the outbox at once. */
const BATCH = 500;

/** The bus may be away for long: try for ever, at most half a minute apart. */
const RETRY = retryPolicy({ attempts: Infinity });

/** milliseconds between looks for what another process of the service has committed and, dying, not published */
const SWEEP_INTERVAL = 30_000;

/**
 * Carries committed events from a service's outbox to the bus, oldest first, and notes of each when the bus has it. A crash in
 * between publishes it again, under the same id. Relays of several processes may publish the same event; each publishes
 * in order, so that the first deliveries of the events of one key are in order too.
 */
export class OutboxRelay {
  readonly #database: ServiceDatabase<LedgerTables>;
  readonly #bus: EventBus;
  readonly #clock: () => number;
  readonly #stop = new AbortController();
  readonly #sweep: NodeJS.Timeout;
  readonly #running: Promise<void>;
  #news = Promise.withResolvers<void>();

  /** @param clock milliseconds since 1970 */
  constructor(database: ServiceDatabase<LedgerTables>, bus: EventBus, clock: () => number) {
    this.#database = database;
    this.#bus = bus;
    this.#clock = clock;
    this.#sweep = setInterval(() => this.wake(), SWEEP_INTERVAL).unref();
    this.#running = this.#run();
  }

  /** Says that events may have been committed. */
  wake(): void {
    this.#news.resolve();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep);
    this.#stop.abort();
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      this.#news = Promise.withResolvers<void>();
      try {
        if ((await this.#relayBatch()) === 0) await this.#news.promise;
        failures = 0;
      } catch (error) {
        failures++;
        log.warn(
          { error, schema: this.#database.schema, failures },
          'events could not be published and wait in the outbox',
        );
        await delay(delayAfter(RETRY, failures), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** @returns how many events it carried over */
  async #relayBatch(): Promise<number> {
    const rows = await this.#database.db
      .selectFrom('outbox')
      .selectAll()
      .where('published_at', 'is', null)
      .orderBy('position')
      .limit(BATCH)
      .execute();
    if (rows.length === 0) return 0;
    const partitions = new Map(rows.map((row) => [row.topic, row.partitions]));
    await this.#bus.ensureTopics([...partitions].map(([topic, count]) => ({ topic, partitions: count })));
    await this.#bus.publish(
      rows.map(({ event_id: id, topic, key, value, headers }) => ({ id, topic, key, value, headers })),
    );
    const positions = rows.map((row) => row.position);
    await this.#database.db
      .updateTable('outbox')
      .set({ published_at: new Date(this.#clock()) })
      .where('position', 'in', positions)
      .execute();
    return rows.length;
  }
}
