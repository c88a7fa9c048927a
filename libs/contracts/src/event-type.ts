import type { DescMessage, MessageShape } from '@bufbuild/protobuf';

/**
 * A kind of event that services exchange: one topic, one message, one writer.
 *
 * Events are facts in the past tense. They carry ids and object keys, never flux.
 */
export interface EventType<Desc extends DescMessage = DescMessage> {
  /** `spectrawl.<owner>.<past-tense fact>.v1`; the owner is the only service that publishes it. */
  readonly topic: string;
  readonly schema: Desc;
  /** Events of one key are delivered in the order in which they were committed; keys `<whole>/<number>` are dealt out evenly. */
  readonly key: (message: MessageShape<Desc>) => string;
  /** How many consumers of one group can work side by side. */
  readonly partitions: number;
}

/** Declares an event type; `partitions` defaults to 4, enough for facts that are quick to handle. */
export function defineEvent<Desc extends DescMessage>(
  topic: string,
  schema: Desc,
  key: (message: MessageShape<Desc>) => string,
  partitions = 4,
): EventType<Desc> {
  return { topic, schema, key, partitions };
}
