/** Thrown by a handler when no further attempt can succeed: the event goes to the dead-letter topic at once. */
export class UnprocessableEventError extends Error {
  override readonly name = 'UnprocessableEventError';
}

/** The topic was never created. */
export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError';
  readonly topic: string;
  constructor(topic: string, options?: ErrorOptions) {
    super(`there is no topic "${topic}": create it with ensureTopics first`, options);
    this.topic = topic;
  }
}

/** The bus was closed before the call. */
export class EventBusClosedError extends Error {
  override readonly name = 'EventBusClosedError';
  constructor() {
    super('the event bus is closed');
  }
}

/** The event is larger than the brokers take. Nothing was published. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
  /** @param size bytes, like `limit` */
  constructor(id: string, topic: string, size: number, limit: number) {
    super(
      `event ${id} for topic "${topic}" takes ${size} bytes, more than ${limit}: put its data into the object store and publish the key`,
    );
  }
}
