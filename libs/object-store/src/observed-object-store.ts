import { counter, histogram, withStep } from '@spectrawl/telemetry';
import type { ObjectEntry, ObjectStore, ObjectVersion, PutOptions } from './object-store.ts';

/** Upper ends of buckets, in seconds */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const duration = histogram(
  'spectrawl.object_store.request.duration',
  { description: 'Requests to the object store, with their retries', unit: 's' },
  DURATIONS,
);
const transferred = counter('spectrawl.object_store.io', {
  description: 'Bytes written to and read from the object store',
  unit: 'By',
});

type Operation = 'put' | 'read' | 'stream' | 'head' | 'list' | 'delete';

/** Any store, each of whose requests is timed and is a step of the trace that it belongs to. */
export class ObservedObjectStore implements ObjectStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  async put(
    key: string,
    content: Uint8Array | AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<ObjectVersion> {
    const version = await this.#step('put', key, () => this.#store.put(key, content, options));
    transferred.add(version.size, WRITTEN);
    return version;
  }

  async get(key: string): Promise<Uint8Array> {
    return received(await this.#step('read', key, () => this.#store.get(key)));
  }

  async read(key: string, offset: number, length: number): Promise<Uint8Array> {
    return received(await this.#step('read', key, () => this.#store.read(key, offset, length)));
  }

  async readInto(key: string, offset: number, target: Uint8Array): Promise<number> {
    const length = await this.#step('read', key, () => this.#store.readInto(key, offset, target));
    transferred.add(length, READ);
    return length;
  }

  /** Lasts as long as its reader takes, so it is counted and no step. */
  async *stream(key: string, range?: { offset?: number; length?: number }): AsyncIterable<Uint8Array> {
    const start = performance.now();
    let outcome: Outcome = 'failed';
    try {
      for await (const chunk of this.#store.stream(key, range)) yield received(chunk);
      outcome = 'succeeded';
    } finally {
      note('stream', outcome, start);
    }
  }

  file(key: string): string | undefined {
    return this.#store.file(key);
  }

  head(key: string): Promise<ObjectVersion | undefined> {
    return this.#step('head', key, () => this.#store.head(key));
  }

  async *list(prefix: string): AsyncIterable<ObjectEntry> {
    const start = performance.now();
    let outcome: Outcome = 'failed';
    try {
      yield* this.#store.list(prefix);
      outcome = 'succeeded';
    } finally {
      note('list', outcome, start);
    }
  }

  delete(key: string): Promise<void> {
    return this.#step('delete', key, () => this.#store.delete(key));
  }

  check(): Promise<void> {
    return this.#store.check();
  }

  #step<T>(operation: Operation, key: string, request: () => Promise<T>): Promise<T> {
    const start = performance.now();
    return withStep(`${operation} object`, { 'spectrawl.object.key': key }, async () => {
      try {
        const answer = await request();
        note(operation, 'succeeded', start);
        return answer;
      } catch (error) {
        note(operation, 'failed', start);
        throw error;
      }
    });
  }
}

const WRITTEN = { 'spectrawl.io.direction': 'write' };
const READ = { 'spectrawl.io.direction': 'read' };

/** A stream that its reader leaves early counts as failed, since nobody knows what it would have brought. */
type Outcome = 'succeeded' | 'failed';

function note(operation: Operation, outcome: Outcome, start: number): void {
  duration.record((performance.now() - start) / 1000, {
    'spectrawl.object_store.operation': operation,
    'spectrawl.object_store.outcome': outcome,
  });
}

function received(bytes: Uint8Array): Uint8Array {
  transferred.add(bytes.byteLength, READ);
  return bytes;
}
