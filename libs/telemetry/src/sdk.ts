import { metrics, trace } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InstrumentType,
  MeterProvider,
  MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { logger } from './logger.ts';
import { collect } from './metrics.ts';
import { watchProcess } from './process-metrics.ts';
import { resourceAttributes, type Identity } from './resource.ts';
import type { SamplerSetting, TelemetrySettings } from './telemetry-settings.ts';

const log = logger('telemetry');

/** What is set up, and how to end it. */
export interface Sdk {
  /** All metrics in Prometheus' text format 0.0.4. */
  prometheusText(): Promise<string>;
  /** Sends what has not been sent. */
  shutdown(): Promise<void>;
}

/** Hands metrics out when it is asked for them. */
class PullReader extends MetricReader {
  constructor() {
    super({
      // With the cumulative one, a gauge that can't be read would go on showing what it was.
      aggregationTemporalitySelector: (type) =>
        type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    });
  }

  protected onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Sets OpenTelemetry's SDK up for this process. This module is the only one that loads it, and only when there is somebody to
 * tell.
 */
export async function startSdk(identity: Identity, settings: TelemetrySettings, environment: NodeJS.ProcessEnv) {
  const resource = resourceFromAttributes(resourceAttributes(identity, settings, environment));
  const ends: (() => Promise<void>)[] = [];

  const pull = new PullReader();
  const readers: MetricReader[] = [pull];
  if (settings.signals.has('metrics')) {
    const { OTLPMetricExporter } = await import('@opentelemetry/exporter-metrics-otlp-proto');
    const exporter = new OTLPMetricExporter();
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: toldOnce(exporter, 'metrics') as PushMetricExporter,
        exportIntervalMillis: settings.metricInterval,
        exportTimeoutMillis: Math.min(settings.metricTimeout, settings.metricInterval),
      }),
    );
  }
  const meterProvider = new MeterProvider({ resource, readers });
  metrics.setGlobalMeterProvider(meterProvider);
  collect(true);
  const unwatch = watchProcess();
  ends.push(async () => {
    await meterProvider.shutdown();
    unwatch();
    collect(false);
    metrics.disable();
  });

  if (settings.signals.has('traces')) {
    const [{ BatchSpanProcessor, TracerProvider, ...samplers }, { OTLPTraceExporter }] = await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-proto'),
    ]);
    const exporter = toldOnce(new OTLPTraceExporter(), 'traces') as SpanExporter;
    const provider = new TracerProvider({
      resource,
      sampler: samplerFrom(settings.sampler, samplers),
      spanProcessors: [new BatchSpanProcessor({ exporter, ...settings.batch })],
    });
    trace.setGlobalTracerProvider(provider);
    ends.push(async () => {
      await provider.shutdown();
      trace.disable();
    });
  }

  const serializer = new PrometheusSerializer('', false, undefined, false, true);
  return {
    prometheusText: async () => {
      const { resourceMetrics, errors } = await pull.collect();
      if (errors.length > 0) log.debug({ errors: errors.map(String) }, 'some metrics could not be read');
      return serializer.serialize(withUnitsInNames(resourceMetrics));
    },
    shutdown: async () => {
      // Traces first: their last spans count in the metrics.
      await Promise.all(ends.reverse().map((end) => end()));
    },
  } satisfies Sdk;
}

/** https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-metadata-1 */
const UNIT_SUFFIXES: Record<string, string> = { s: '_seconds', By: '_bytes' };

/** Prometheus has units in names: the serializer only writes them into comments. */
function withUnitsInNames(collected: ResourceMetrics): ResourceMetrics {
  return {
    ...collected,
    scopeMetrics: collected.scopeMetrics.map((scope) => ({
      ...scope,
      metrics: scope.metrics.map((metric) => {
        const { name, unit } = metric.descriptor;
        const descriptor = { ...metric.descriptor, name: `${name}${UNIT_SUFFIXES[unit] ?? ''}`, unit: '' };
        return { ...metric, descriptor };
      }),
    })),
  };
}

interface Exporter {
  export(batch: never, done: (result: ExportResult) => void): void;
}

/** Says once, not for every batch, that nobody takes what is exported, and once that somebody does again. */
function toldOnce<E extends Exporter>(exporter: E, signal: string): E {
  const send = exporter.export.bind(exporter) as Exporter['export'];
  let isFailing = false;
  exporter.export = (batch: never, done: (result: ExportResult) => void) => {
    send(batch, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !isFailing) {
        log.warn({ signal, reason: result.error?.message }, 'the collector does not take telemetry, which is dropped');
      } else if (!failed && isFailing) log.info({ signal }, 'the collector takes telemetry again');
      isFailing = failed;
      done(result);
    });
  };
  return exporter;
}

type Samplers = Pick<
  typeof import('@opentelemetry/sdk-trace'),
  'AlwaysOffSampler' | 'AlwaysOnSampler' | 'ParentBasedSampler' | 'TraceIdRatioBasedSampler'
>;

function samplerFrom({ kind, parentBased, ratio }: SamplerSetting, samplers: Samplers) {
  const { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler } = samplers;
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  }[kind]();
  return parentBased ? new ParentBasedSampler({ root }) : root;
}
