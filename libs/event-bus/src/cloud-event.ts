import { randomUUID } from 'node:crypto';
import { toBinary, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import type { EventType } from '@spectrawl/contracts';
import { currentTraceparent } from '@spectrawl/telemetry';
import type { EventEnvelope } from './event-bus.ts';

/**
 * Wraps a message as a CloudEvent in Kafka's binary content mode, as part of the current trace.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md#32-binary-content-mode
 * @param time milliseconds since 1970
 */
export function cloudEvent<Desc extends DescMessage>(
  type: EventType<Desc>,
  message: MessageShape<Desc>,
  { source, time, id = randomUUID() }: { source: string; time: number; id?: string | undefined },
): EventEnvelope {
  const traceparent = currentTraceparent();
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
