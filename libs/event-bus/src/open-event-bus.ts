import { EmbeddedEventBus } from './embedded-event-bus.ts';
import type { EventBus, EventBusConfig, EventBusEnvironment } from './event-bus.ts';

/** Opens the bus that the configuration names. Close it before the database of its environment. */
export function openEventBus(config: EventBusConfig, environment: EventBusEnvironment): Promise<EventBus> {
  switch (config.kind) {
    case 'embedded':
      return EmbeddedEventBus.open(environment.database);
  }
}
