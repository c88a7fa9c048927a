export { cloudEvent } from './cloud-event.ts';
export { EventBusClosedError, EventTooLargeError, UnknownTopicError, UnprocessableEventError } from './errors.ts';
export {
  DEAD_LETTER_HEADERS,
  deadLetterTopic,
  DEFAULT_RETRY,
  type DeliveryContext,
  type EventBus,
  type EventBusConfig,
  type EventBusEnvironment,
  type EventEnvelope,
  type EventHandler,
  type RetryPolicy,
  type Subscription,
  type SubscriptionRequest,
  type Topic,
} from './event-bus.ts';
export type { KafkaConfig, KafkaLogin, KafkaTls } from './kafka/kafka-config.ts';
export type { ConsumeOptions, Ledger, LedgerOptions, LedgerTransaction, ReceivedEvent } from './ledger.ts';
export { busRetention, ledgerRetention, LedgerRetentionError, type LedgerRetention } from './ledger-retention.ts';
export { EVENT_BUS_SCHEMA } from './embedded/embedded-schema.ts';
export { openEventBus } from './open-event-bus.ts';
export { LEDGER_MIGRATION_SET, LEDGER_MIGRATIONS } from './ledger-schema.ts';
export { openLedger } from './open-ledger.ts';
export { publishUnhandledAgain, type LedgerOfService } from './publish-unhandled-again.ts';
