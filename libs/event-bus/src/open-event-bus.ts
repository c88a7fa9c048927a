import { EmbeddedEventBus } from './embedded/embedded-event-bus.ts';
import type { EventBus, EventBusConfig, EventBusEnvironment } from './event-bus.ts';
import { KafkaEventBus } from './kafka/kafka-event-bus.ts';

/** Opens the bus that the configuration names. Close it before the database of its environment. */
export async function openEventBus(config: EventBusConfig, environment: EventBusEnvironment): Promise<EventBus> {
  switch (config.kind) {
    case 'embedded':
      return EmbeddedEventBus.open(environment.database);
    case 'kafka':
      return new KafkaEventBus(config);
  }
}
