import { counter, histogram, type MetricAttributes } from '@spectrawl/telemetry';

/** Upper ends of buckets, in seconds: recording a fact takes milliseconds, a training an hour. */
const DURATIONS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30, 60, 300, 900, 3600, 14_400];

/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/ */
const processed = histogram(
  'messaging.process.duration',
  { description: 'Deliveries of events, by what became of them', unit: 's' },
  DURATIONS,
);

const published = counter('messaging.client.sent.messages', {
  description: 'Events that were committed to be published',
  unit: '{message}',
});

/**
 * What became of a delivery: the event is handled; it failed and is delivered again; it failed for good and goes to the dead-letter
 * topic; or it was handed back, to be delivered elsewhere.
 */
export type DeliveryOutcome = 'handled' | 'retried' | 'dead-lettered' | 'handed-back';

/** How events are named in spans and metrics. */
export function aboutTopic(system: string, topic: string): MetricAttributes {
  return { 'messaging.system.name': system, 'messaging.destination.name': topic };
}

export function countDelivery(about: MetricAttributes, group: string, outcome: DeliveryOutcome, seconds: number): void {
  processed.record(seconds, {
    ...about,
    'messaging.consumer.group.name': group,
    'spectrawl.delivery.outcome': outcome,
  });
}

export function countPublished(about: MetricAttributes): void {
  published.add(1, about);
}
