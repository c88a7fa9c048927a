import { withSpan, withTraceparent } from '@spectrawl/telemetry';
import type { EventEnvelope } from './event-bus.ts';

/**
 * Runs the handling of an event as part of the trace that the event came with.
 * Attribute names: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
export function handleTraced(event: EventEnvelope, group: string, handle: () => Promise<void>): Promise<void> {
  const attributes = {
    'messaging.operation.type': 'process',
    'messaging.destination.name': event.topic,
    'messaging.consumer.group.name': group,
    'messaging.message.id': event.id,
  };
  return withTraceparent(event.headers['traceparent'], () => withSpan(`process ${event.topic}`, attributes, handle));
}
