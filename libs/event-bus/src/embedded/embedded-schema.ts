import type { Migration } from '@spectrawl/database';

/** The schema that holds the log. */
export const EVENT_BUS_SCHEMA = 'event_bus';

export interface EventBusTables {
  /** One row a partition: where the next event goes. */
  partition: { topic: string; partition: number; next_position: number };
  /** The log. */
  event: {
    topic: string;
    partition: number;
    position: number;
    id: string;
    key: string;
    value: Uint8Array;
    headers: Record<string, string>;
    published_at: Date;
  };
  /** How far a group has come: everything before `next_position` is handled. */
  progress: { consumer_group: string; topic: string; partition: number; next_position: number };
}

/** In code, not in files: the embedded bus is one piece that the build copies nothing for. */
export const EVENT_BUS_MIGRATIONS: readonly Migration[] = [
  {
    name: '0001-log.sql',
    sql: `
CREATE TABLE partition (
  topic text NOT NULL,
  partition int4 NOT NULL,
  next_position int8 NOT NULL DEFAULT 0,
  PRIMARY KEY (topic, partition)
);
CREATE TABLE event (
  topic text NOT NULL,
  partition int4 NOT NULL,
  position int8 NOT NULL,
  id text NOT NULL,
  key text NOT NULL,
  value bytea NOT NULL,
  headers jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (topic, partition, position),
  FOREIGN KEY (topic, partition) REFERENCES partition
);
CREATE TABLE progress (
  consumer_group text NOT NULL,
  topic text NOT NULL,
  partition int4 NOT NULL,
  next_position int8 NOT NULL,
  PRIMARY KEY (consumer_group, topic, partition)
);`,
  },
];
