import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { counter } from '@spectrawl/telemetry';

/** milliseconds for which a request is sent again: a restart of the store, or a minute in which it is overrun, passes unnoticed */
const PATIENCE = 60_000;
/** However long one takes. */
const FEWEST_ATTEMPTS = 3;
/** milliseconds between attempts: at most the first, doubled each time up to the longest */
const PAUSES = { first: 100, firstWhenTooMany: 500, longest: 5_000 };

const retries = counter('spectrawl.object_store.retries', {
  description: 'Requests that were sent again to the object store',
  unit: '{retry}',
});

type Strategy = Extract<NonNullable<S3ClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type Token = Awaited<ReturnType<Strategy['acquireInitialRetryToken']>>;

/**
 * When and how often the SDK sends a request again that failed for a reason that may pass: 503 SlowDown, 500, a broken or silent
 * connection. The SDK's own strategies count attempts, and stop altogether when much fails at once, as it does when a store is
 * restarted; this one goes by time, at random moments so that many who wait do not come all at once.
 */
export class PatientRetries implements Strategy {
  readonly #started = new WeakMap<Token, number>();

  async acquireInitialRetryToken(): Promise<Token> {
    return this.#token(0, 0, Date.now());
  }

  async refreshRetryTokenForRetry(
    token: Token,
    { errorType, retryAfterHint }: Parameters<Strategy['refreshRetryTokenForRetry']>[1],
  ): Promise<Token> {
    const count = token.getRetryCount() + 1;
    const started = this.#started.get(token) ?? Date.now();
    const isPatienceOver = Date.now() - started > PATIENCE && count >= FEWEST_ATTEMPTS;
    // What is thrown here only says that there is no further attempt; the SDK throws the request's own error.
    if (errorType === 'CLIENT_ERROR' || isPatienceOver) throw new Error('no further attempt');
    retries.add(1, { 'error.type': errorType.toLowerCase() });
    const first = errorType === 'THROTTLING' ? PAUSES.firstWhenTooMany : PAUSES.first;
    const pause = Math.random() * Math.min(first * 2 ** (count - 1), PAUSES.longest);
    const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0;
    return this.#token(count, Math.max(pause, Math.min(asked, PATIENCE)), started);
  }

  recordSuccess(): void {}

  #token(count: number, delay: number, started: number): Token {
    const token = { getRetryCount: () => count, getRetryDelay: () => delay };
    this.#started.set(token, started);
    return token;
  }
}
