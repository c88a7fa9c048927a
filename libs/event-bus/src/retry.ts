import {
  DEFAULT_RETRY,
  type EventEnvelope,
  type RetryPolicy,
  DEAD_LETTER_HEADERS,
  deadLetterTopic,
} from './event-bus.ts';

/** Completes a policy with the defaults. @throws {RangeError} on numbers that make none */
export function retryPolicy(partial: Partial<RetryPolicy> = {}): RetryPolicy {
  const policy = { ...DEFAULT_RETRY, ...partial };
  if (!(policy.attempts >= 1) || !(policy.initialDelay >= 0) || !(policy.maximumDelay >= policy.initialDelay)) {
    throw new RangeError(
      `retry policy ${JSON.stringify(policy)}: needs attempts >= 1 and 0 <= initialDelay <= maximumDelay (milliseconds)`,
    );
  }
  return policy;
}

/** Milliseconds to wait after the given failed attempt (1 for the first). */
export function delayAfter(policy: RetryPolicy, attempt: number): number {
  return Math.min(policy.initialDelay * 2 ** (attempt - 1), policy.maximumDelay);
}

/** The event as it goes to the group's dead-letter topic: itself, with why, where from and when in its headers. */
export function deadLetter(
  event: EventEnvelope,
  failure: { group: string; partition: number; position: number; attempts: number; error: unknown; time: Date },
): EventEnvelope {
  const { group, partition, position, attempts, error, time } = failure;
  return {
    ...event,
    topic: deadLetterTopic(event.topic, group),
    headers: {
      ...event.headers,
      [DEAD_LETTER_HEADERS.reason]: error instanceof Error ? error.message : String(error),
      [DEAD_LETTER_HEADERS.error]: error instanceof Error ? error.name : typeof error,
      [DEAD_LETTER_HEADERS.attempts]: String(attempts),
      [DEAD_LETTER_HEADERS.topic]: event.topic,
      [DEAD_LETTER_HEADERS.partition]: String(partition),
      [DEAD_LETTER_HEADERS.offset]: String(position),
      [DEAD_LETTER_HEADERS.group]: group,
      [DEAD_LETTER_HEADERS.time]: time.toISOString(),
    },
  };
}
