import { currentTraceparent, openSpan, type OpenSpan } from '@spectrawl/telemetry';
import { aboutTopic } from './event-metrics.ts';

/**
 * The span of an event that is said, from which its deliveries descend. It belongs to the current trace, or to a given one: then
 * the current one, which is the occasion but not the cause, is linked.
 */
export function creationSpan(system: string, topic: string, id: string, traceparent: string | undefined): OpenSpan {
  const attributes = {
    ...aboutTopic(system, topic),
    'messaging.system': system,
    'messaging.operation.name': 'create',
    'messaging.operation.type': 'create',
    'messaging.message.id': id,
  };
  const name = `create ${topic}`;
  if (traceparent === undefined) return openSpan(name, attributes, { role: 'producer' });
  return openSpan(name, attributes, { role: 'producer', parent: traceparent, links: [currentTraceparent()] });
}
