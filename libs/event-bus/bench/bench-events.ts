import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '../src/index.ts';

/** Events of one run, and how many are published in one call: as many as an outbox carries over at once. */
export const EVENTS = 5_000;
export const BATCH = 500;
/** Partitions of the topic, all of them handled in parallel. */
export const PARTITIONS = 4;

const KEYS = 100;
/** Bytes of an event's message: several times those of the events that the services say. */
const VALUE_BYTES = 1024;

/** Events of new ids. */
export function newEvents(topic: string, count: number): EventEnvelope[] {
  return Array.from({ length: count }, (_, number) => {
    const id = randomUUID();
    return {
      id,
      topic,
      key: `scoring-run-1/shard-${number % KEYS}`,
      value: new Uint8Array(VALUE_BYTES).fill(number),
      headers: { ce_id: id, ce_type: topic, ce_source: 'spectrawl/bench', 'content-type': 'application/protobuf' },
    };
  });
}

/** The events of a run, in batches. */
export function eventBatches(topic: string): EventEnvelope[][] {
  return Array.from({ length: EVENTS / BATCH }, () => newEvents(topic, BATCH));
}

/** Counts events up to the end of a run. */
export class RunCounter {
  #left = 0;
  #done = Promise.withResolvers<void>();

  /** Resolves when all events of a new run were counted. */
  expectRun(events: number): Promise<void> {
    this.#left = events;
    this.#done = Promise.withResolvers<void>();
    return this.#done.promise;
  }

  count(): void {
    if (--this.#left === 0) this.#done.resolve();
  }
}
