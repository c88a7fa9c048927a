/** The signals that OTLP carries here. */
export type Signal = 'traces' | 'metrics';

/** How often traces are kept: by whom it is decided, and for what share of them. */
export interface SamplerSetting {
  kind: 'always_on' | 'always_off' | 'traceidratio';
  /** An event or a call that belongs to a trace already follows the decision that was made there. */
  parentBased: boolean;
  /** 0 to 1 */
  ratio: number;
}

/** What OpenTelemetry's standard variables ask for, as far as its SDK does not read them itself. */
export interface TelemetrySettings {
  /** Signals that are sent to a collector. */
  signals: ReadonlySet<Signal>;
  /** Overrides the program's own name. */
  serviceName: string | undefined;
  sampler: SamplerSetting;
  batch: {
    scheduledDelayMillis: number;
    maxQueueSize: number;
    maxExportBatchSize: number;
    exportTimeoutMillis: number;
  };
  /** milliseconds between two pushes of metrics */
  metricInterval: number;
  /** milliseconds */
  metricTimeout: number;
}

/** A variable has a value that cannot be meant. */
export class TelemetrySettingsError extends Error {
  override readonly name = 'TelemetrySettingsError';
}

const DEFAULT_SAMPLER = 'parentbased_always_on';

/**
 * Reads https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/. Endpoints, headers, time-outs and
 * certificates of the exporter (`OTEL_EXPORTER_OTLP_…`) are read by the exporter.
 * @throws {TelemetrySettingsError}
 */
export function telemetrySettings(environment: NodeJS.ProcessEnv): TelemetrySettings {
  const number = (name: string, byDefault: number): number => numberOf(environment, name, byDefault);
  return {
    signals: new Set((['traces', 'metrics'] as const).filter((signal) => isSent(environment, signal))),
    serviceName: environment['OTEL_SERVICE_NAME'] || undefined,
    sampler: samplerOf(environment),
    batch: {
      scheduledDelayMillis: number('OTEL_BSP_SCHEDULE_DELAY', 5_000),
      maxQueueSize: number('OTEL_BSP_MAX_QUEUE_SIZE', 2_048),
      maxExportBatchSize: number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512),
      exportTimeoutMillis: number('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
    },
    metricInterval: number('OTEL_METRIC_EXPORT_INTERVAL', 60_000),
    metricTimeout: number('OTEL_METRIC_EXPORT_TIMEOUT', 30_000),
  };
}

function isSent(environment: NodeJS.ProcessEnv, signal: Signal): boolean {
  const word = signal.toUpperCase();
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return false;
  const endpoint = environment[`OTEL_EXPORTER_OTLP_${word}_ENDPOINT`] || environment['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return false;
  const variable = `OTEL_${word}_EXPORTER`;
  const exporter = environment[variable] || 'otlp';
  if (exporter === 'none') return false;
  if (exporter !== 'otlp') throw new TelemetrySettingsError(`${variable} is "${exporter}": set otlp or none`);
  if (!URL.canParse(endpoint)) {
    throw new TelemetrySettingsError(`the OTLP endpoint "${endpoint}" is no URL: write http://host:4318`);
  }
  const protocol =
    environment[`OTEL_EXPORTER_OTLP_${word}_PROTOCOL`] || environment['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  if (protocol !== 'http/protobuf') {
    throw new TelemetrySettingsError(
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${protocol}": set http/protobuf, which collectors take at port 4318`,
    );
  }
  return true;
}

function samplerOf(environment: NodeJS.ProcessEnv): SamplerSetting {
  const name = environment['OTEL_TRACES_SAMPLER'] || DEFAULT_SAMPLER;
  const kind = name.replace(/^parentbased_/, '');
  if (kind !== 'always_on' && kind !== 'always_off' && kind !== 'traceidratio') {
    throw new TelemetrySettingsError(
      `OTEL_TRACES_SAMPLER is "${name}": set always_on, always_off or traceidratio, with or without parentbased_ before it`,
    );
  }
  const ratio = kind === 'traceidratio' ? numberOf(environment, 'OTEL_TRACES_SAMPLER_ARG', 1) : 1;
  if (ratio > 1) throw new TelemetrySettingsError(`OTEL_TRACES_SAMPLER_ARG is ${ratio}: set 0 to 1`);
  return { kind, parentBased: kind !== name, ratio };
}

function numberOf(environment: NodeJS.ProcessEnv, name: string, byDefault: number): number {
  const text = environment[name];
  if (!text) return byDefault;
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw new TelemetrySettingsError(`${name} is "${text}": set a number that is not negative`);
  }
  return value;
}
