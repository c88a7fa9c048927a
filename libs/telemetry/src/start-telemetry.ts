import { setTimeout as delay } from 'node:timers/promises';
import { logger } from './logger.ts';
import type { Identity } from './resource.ts';
import type { Sdk } from './sdk.ts';
import { telemetrySettings } from './telemetry-settings.ts';

const log = logger('telemetry');

/** Milliseconds that a collector has at the end to take the last spans and metrics. */
const LAST_WORDS = 3_000;

export interface TelemetryOptions extends Identity {
  /** Whether somebody will ask for metrics, so that they are gathered also where no collector is configured. */
  pull: boolean;
  environment?: NodeJS.ProcessEnv;
}

export interface Telemetry {
  /** All metrics in Prometheus' text format, or undefined where none are gathered. */
  prometheusText(): Promise<string | undefined>;
  /** Sends what has not been sent, within three seconds. */
  stop(): Promise<void>;
}

/** OpenTelemetry's providers are global, so those who start it share it, and the last one to stop ends it. */
let shared: { sdk: Promise<Sdk>; users: number } | undefined;

/**
 * Starts to send traces and metrics where OpenTelemetry's standard variables name a collector (`OTEL_EXPORTER_OTLP_ENDPOINT`),
 * and to gather metrics where `pull` says that somebody will come for them. Otherwise the SDK is not even loaded.
 * @throws {TelemetrySettingsError} when a variable has a value that cannot be meant
 */
export async function startTelemetry({
  pull,
  environment = process.env,
  ...identity
}: TelemetryOptions): Promise<Telemetry> {
  const settings = telemetrySettings(environment);
  if (!pull && settings.signals.size === 0) return { prometheusText: async () => undefined, stop: async () => {} };
  shared ??= {
    sdk: import('./sdk.ts').then(({ startSdk }) => startSdk(identity, settings, environment)),
    users: 0,
  };
  const used = shared;
  used.users += 1;
  const sdk = await used.sdk;
  if (settings.signals.size > 0) log.info({ signals: [...settings.signals] }, 'telemetry is sent to a collector');
  let stopped = false;
  return {
    prometheusText: () => sdk.prometheusText(),
    stop: async () => {
      if (stopped) return;
      stopped = true;
      used.users -= 1;
      if (used.users > 0) return;
      shared = undefined;
      const inTime = new AbortController();
      const tooLate = delay(LAST_WORDS, 'too late', { signal: inTime.signal, ref: false }).catch(() => undefined);
      const ended = sdk
        .shutdown()
        .catch((error: unknown) => log.warn({ error }, 'the last telemetry could not be sent'));
      if ((await Promise.race([ended, tooLate])) === 'too late')
        log.warn('the collector did not take the last telemetry');
      inTime.abort();
    },
  };
}
