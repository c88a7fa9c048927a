import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '../src/index.ts';

/** Events of one run, and how many are published in one call: as many as an outbox carries over at once. */
export const EVENTS = 10_000;
export const BATCH = 500;
/** Partitions of the topic, all of them handled in parallel. */
export const PARTITIONS = 4;

const KEYS = 100;
/** Bytes of a shard-scored event with its ids and keys, about. */
const VALUE_BYTES = 250;

/** The run's events, of new ids, in batches. */
export function eventBatches(topic: string): EventEnvelope[][] {
  const event = (number: number): EventEnvelope => {
    const id = randomUUID();
    return {
      id,
      topic,
      key: `scoring-run-1/shard-${number % KEYS}`,
      value: new Uint8Array(VALUE_BYTES).fill(number),
      headers: { ce_id: id, ce_type: topic, ce_source: 'spectrawl/bench', 'content-type': 'application/protobuf' },
    };
  };
  return Array.from({ length: EVENTS / BATCH }, (_, batch) =>
    Array.from({ length: BATCH }, (_unused, i) => event(batch * BATCH + i)),
  );
}

/** Counts events up to the end of a run. */
export class RunCounter {
  #left = 0;
  #done = Promise.withResolvers<void>();

  /** Resolves when all events of a new run were counted. */
  expectRun(): Promise<void> {
    this.#left = EVENTS;
    this.#done = Promise.withResolvers<void>();
    return this.#done.promise;
  }

  count(): void {
    if (--this.#left === 0) this.#done.resolve();
  }
}
