import { withSpan, withTraceparent } from '@spectrawl/telemetry';
import type { EventEnvelope } from './event-bus.ts';
import { aboutTopic } from './event-metrics.ts';

/** Where a delivery comes from, and which one it is. */
export interface Delivery {
  system: string;
  group: string;
  partition: number;
  /** 1 for the first delivery */
  attempt: number;
}

/**
 * Runs the handling of an event as part of the trace that the event came with; another delivery of it is another span of the same
 * trace. Attribute names: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/, and the older name of the system,
 * which many tools still look for.
 */
export function handleTraced(
  event: EventEnvelope,
  { system, group, partition, attempt }: Delivery,
  handle: () => Promise<void>,
): Promise<void> {
  const attributes = {
    ...aboutTopic(system, event.topic),
    'messaging.system': system,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.destination.partition.id': String(partition),
    'messaging.consumer.group.name': group,
    'messaging.message.id': event.id,
    'spectrawl.delivery.attempt': attempt,
  };
  return withTraceparent(event.headers['traceparent'], () =>
    withSpan(`process ${event.topic}`, attributes, handle, { role: 'consumer' }),
  );
}
