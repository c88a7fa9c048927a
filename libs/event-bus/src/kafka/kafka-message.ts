import type { Message } from 'kafkajs';
import type { EventEnvelope } from '../event-bus.ts';

/** The CloudEvents attribute that is the event's id in Kafka's binary content mode. */
const CLOUD_EVENT_ID = 'ce_id';
/** Carries the id of an event whose headers do not. */
const EVENT_ID = 'event-id';

/** The event as Kafka stores it: key, value and headers as they are, the id among the headers. */
export function toMessage({ id, key, value, headers }: EventEnvelope): Message {
  return {
    key,
    value: Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: headers[CLOUD_EVENT_ID] === id ? headers : { ...headers, [EVENT_ID]: id },
  };
}

/** A message as kafkajs hands it over. */
export interface StoredMessage {
  key: Buffer | null;
  value: Buffer | null;
  headers?: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  offset: string;
}

/** Reads an event back. One that another program has written without an id is known by its place in the log. */
export function fromMessage(
  topic: string,
  partition: number,
  { key, value, headers, offset }: StoredMessage,
): EventEnvelope {
  const texts: Record<string, string> = {};
  for (const [name, header] of Object.entries(headers ?? {})) {
    const first = Array.isArray(header) ? header[0] : header;
    if (first !== undefined) texts[name] = first.toString();
  }
  const { [EVENT_ID]: ownId, ...others } = texts;
  return {
    id: ownId ?? others[CLOUD_EVENT_ID] ?? `${topic}/${partition}/${offset}`,
    topic,
    key: key?.toString() ?? '',
    // A copy: what kafkajs hands over is a view that keeps the whole answer of the brokers in memory.
    value: new Uint8Array(value ?? []),
    headers: others,
  };
}
