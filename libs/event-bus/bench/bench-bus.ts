import { randomUUID } from 'node:crypto';
import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { benchServer } from '@spectrawl/testing';
import { openEventBus, type EventBus } from '../src/index.ts';

/** A bus of the kind that is named, and the database that goes with it: PGlite in memory, or Kafka with a real PostgreSQL. */
export async function openBenchBus(kind: string | undefined): Promise<{ bus: EventBus; database: DatabaseServer }> {
  switch (kind) {
    case 'embedded': {
      const database = await openDatabase({ kind: 'pglite', directory: 'memory' });
      return { bus: await openEventBus({ kind }, { database }), database };
    }
    case 'kafka': {
      const database = await openDatabase({ kind: 'postgres', url: benchServer('postgres').url });
      const { brokers } = benchServer('kafka');
      // Contenders share the broker, not the topics.
      return { bus: await openEventBus({ kind, brokers, topicPrefix: `${randomUUID()}.` }, { database }), database };
    }
    default:
      throw new Error(`a bus of kind ${kind}: give embedded or kafka`);
  }
}
