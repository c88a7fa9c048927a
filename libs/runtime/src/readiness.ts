import { setTimeout as delay } from 'node:timers/promises';
import { gauge, logger } from '@spectrawl/telemetry';

const log = logger('readiness');

/** Milliseconds that a check may take; what is slower than that is not ready for work. */
const CHECK_TIME = 5_000;

/** Looks once. @throws when it is not ready, saying why */
export type Look = () => Promise<void>;

interface Check {
  readonly look: Look;
  /** Under way, be it too late: no second one is started meanwhile. */
  running: Promise<void> | undefined;
}

/** Whether a process can do its work now, and which of its checks say that it can't. */
export interface ReadinessState {
  ready: boolean;
  /** names of the checks that fail, sorted */
  failing: readonly string[];
}

/**
 * Whether a process can do its work: looked at every second, so that whoever asks is answered at once, and asking costs nothing.
 * It is not ready while it starts, and from the moment on that it drains.
 */
export class Readiness {
  readonly #checks = new Map<string, Check>();
  readonly #listeners = new Set<(state: ReadinessState) => void>();
  readonly #stop = new AbortController();
  readonly #interval: number;
  readonly #checkTime: number;
  readonly #watching: Promise<void>;
  readonly #endGauge: () => void;
  #phase: 'starting' | 'up' | 'draining' = 'starting';
  #failing: readonly string[] = [];
  #told: string | undefined;

  /**
   * @param interval milliseconds between two looks
   * @param checkTime milliseconds that a check may take
   */
  constructor(interval: number, checkTime = CHECK_TIME) {
    this.#interval = interval;
    this.#checkTime = checkTime;
    this.#watching = this.#watch();
    this.#endGauge = gauge(
      'spectrawl.ready',
      { description: '1 where the process can do its work, else 0', unit: '1' },
      () => [{ value: this.state.ready ? 1 : 0 }],
    );
  }

  get state(): ReadinessState {
    if (this.#phase !== 'up') return { ready: false, failing: [...this.#failing, this.#phase].sort() };
    return { ready: this.#failing.length === 0, failing: this.#failing };
  }

  /** Adds something that has to be well for the process to be ready. */
  add(name: string, look: Look): void {
    this.#checks.set(name, { look, running: undefined });
  }

  /** Calls `listener` with the state now, and whenever it changes. */
  onChange(listener: (state: ReadinessState) => void): void {
    this.#listeners.add(listener);
    listener(this.state);
  }

  /** Says that everything is started, and looks for the first time. */
  async up(): Promise<void> {
    await this.#lookAtAll();
    if (this.#phase === 'starting') this.#phase = 'up';
    this.#tell();
  }

  /** Says that no new work is taken any more; this is final. */
  drain(): void {
    this.#phase = 'draining';
    this.#tell();
  }

  async stop(): Promise<void> {
    this.drain();
    this.#stop.abort();
    this.#endGauge();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(this.#interval, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || this.#phase === 'starting') continue;
      await this.#lookAtAll();
      this.#tell();
    }
  }

  async #lookAtAll(): Promise<void> {
    const reasons = await Promise.all(
      [...this.#checks].map(async ([name, check]) => ({ name, reason: await this.#lookAt(check) })),
    );
    // What is closed while the process drains is no news.
    if (this.#phase === 'draining') return;
    const failing = reasons.filter(({ reason }) => reason !== undefined);
    for (const { name, reason } of failing) {
      if (!this.#failing.includes(name)) log.warn({ check: name, reason }, 'not ready: a check fails');
    }
    this.#failing = failing.map(({ name }) => name).sort();
  }

  /** @returns why it fails, or undefined */
  async #lookAt(check: Check): Promise<string | undefined> {
    const over = new AbortController();
    // A look under way from an earlier round has had its time: it is waited for, but no longer than a new one.
    check.running ??= check.look().finally(() => {
      check.running = undefined;
    });
    const tooLate = delay(this.#checkTime, `no answer in ${this.#checkTime / 1000} s`, {
      signal: over.signal,
      ref: false,
    });
    const stopped = new Promise<undefined>((resolve) => {
      this.#stop.signal.addEventListener('abort', () => resolve(undefined), { signal: over.signal });
    });
    try {
      return await Promise.race([check.running.then(() => undefined), tooLate, stopped]);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      over.abort();
      tooLate.catch(() => undefined);
    }
  }

  #tell(): void {
    const { state } = this;
    const told = state.failing.join();
    if (told === this.#told) return;
    if (this.#told !== undefined && state.ready) log.info('ready again');
    else if (state.ready) log.info('ready');
    this.#told = told;
    for (const listener of this.#listeners) listener(state);
  }
}
