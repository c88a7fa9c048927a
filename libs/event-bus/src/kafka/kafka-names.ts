/** What Kafka is called in traces and metrics. */
export const KAFKA_SYSTEM = 'kafka';

/** What topics and groups are called on the brokers: their own names behind the installation's prefix. */
export class KafkaNames {
  readonly #prefix: string;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  onBroker(name: string): string {
    return this.#prefix + name;
  }

  ofTopic(onBroker: string): string {
    return onBroker.slice(this.#prefix.length);
  }
}
