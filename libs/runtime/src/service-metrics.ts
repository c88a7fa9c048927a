import type { EventType } from '@spectrawl/contracts';
import type { EventBus, Ledger } from '@spectrawl/event-bus';
import { gauge } from '@spectrawl/telemetry';

/** A service's events, as far as metrics show them. */
export interface WatchedService {
  name: string;
  ledger: Pick<Ledger<unknown>, 'outbox'>;
  hears: readonly EventType[];
}

/** Shows what waits between services: events to be published, and events to be handled. @returns ends it */
export function watchEvents(bus: EventBus, services: readonly WatchedService[], now: () => Date): () => void {
  const ends = services.flatMap(({ name, ledger, hears }) => [
    gauge('spectrawl.outbox.events', { description: 'Events that wait to be published', unit: '{event}' }, async () => [
      { value: (await ledger.outbox()).events, attributes: { 'spectrawl.service': name } },
    ]),
    gauge(
      'spectrawl.outbox.age',
      { description: 'Age of the oldest event that waits to be published', unit: 's' },
      async () => {
        const { oldest } = await ledger.outbox();
        const age = oldest === undefined ? 0 : Math.max(0, now().getTime() - oldest.getTime()) / 1000;
        return [{ value: age, attributes: { 'spectrawl.service': name } }];
      },
    ),
    ...hears.map(({ topic }) =>
      gauge(
        'spectrawl.consumer.lag',
        { description: 'Events of a topic that a group has not handled yet', unit: '{event}' },
        async () => [
          {
            value: await bus.lag(name, topic),
            attributes: { 'messaging.consumer.group.name': name, 'messaging.destination.name': topic },
          },
        ],
      ),
    ),
  ]);
  return () => {
    for (const end of ends) end();
  };
}
