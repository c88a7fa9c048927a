import { randomUUID } from 'node:crypto';
import { toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { EventType } from '@spectrawl/contracts';
import type { EventEnvelope } from './event-bus.ts';

export interface CloudEventAttributes {
  /** who says it, e.g. `spectrawl/selection` */
  source: string;
  /** milliseconds since 1970 */
  time: number;
  /** default: a new UUID */
  id?: string;
  /** the trace that it belongs to */
  traceparent?: string | undefined;
}

/**
 * Wraps a message as a CloudEvent in Kafka's binary content mode.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode
 */
export function cloudEvent<Desc extends DescMessage>(
  type: EventType<Desc>,
  message: MessageShape<Desc>,
  { source, time, id = randomUUID(), traceparent }: CloudEventAttributes,
): EventEnvelope {
  return {
    id,
    topic: type.topic,
    key: type.key(message),
    value: toBinary(type.schema, message),
    headers: {
      ce_specversion: '1.0',
      ce_id: id,
      ce_type: type.topic,
      ce_source: source,
      ce_time: new Date(time).toISOString(),
      'content-type': 'application/protobuf',
      ...(traceparent === undefined ? {} : { traceparent }),
    },
  };
}
