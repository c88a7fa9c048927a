import { describe, expect, test } from 'vitest';
import { resourceAttributes } from './resource.ts';
import { telemetrySettings, TelemetrySettingsError } from './telemetry-settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('the standard variables of OpenTelemetry', () => {
  test.each([
    ['nothing', {}, []],
    ['a collector', ENDPOINT, ['traces', 'metrics']],
    ['a collector of traces', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }, ['traces']],
    ['no metrics', { ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' }, ['traces']],
    ['nothing at all', { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, []],
    ['an empty endpoint', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }, []],
  ])('ask for %s', (_, environment, signals) => {
    expect([...telemetrySettings(environment).signals]).toEqual(signals);
  });

  test.each([
    [{ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, /OTEL_EXPORTER_OTLP_PROTOCOL is "grpc": set http\/protobuf/],
    [{ ...ENDPOINT, OTEL_TRACES_EXPORTER: 'zipkin' }, /OTEL_TRACES_EXPORTER is "zipkin"/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' }, /"collector" is no URL/],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, /OTEL_TRACES_SAMPLER is "sometimes"/],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' }, /OTEL_TRACES_SAMPLER_ARG is 2/],
    [{ OTEL_BSP_SCHEDULE_DELAY: 'soon' }, /OTEL_BSP_SCHEDULE_DELAY is "soon"/],
  ])('are refused as %j', (environment, message) => {
    expect(() => telemetrySettings(environment)).toThrow(TelemetrySettingsError);
    expect(() => telemetrySettings(environment)).toThrow(message);
  });

  test('choose the sampler', () => {
    expect(telemetrySettings({}).sampler).toEqual({ kind: 'always_on', parentBased: true, ratio: 1 });
    const environment = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' };
    expect(telemetrySettings(environment).sampler).toEqual({ kind: 'traceidratio', parentBased: true, ratio: 0.25 });
    expect(telemetrySettings({ OTEL_TRACES_SAMPLER: 'always_off' }).sampler).toMatchObject({ parentBased: false });
  });
});

test('a process is named by itself, then by its resource attributes, then by its name', () => {
  const identity = { service: 'training', version: '1.2.3' };
  const own = resourceAttributes(identity, { serviceName: undefined }, {});
  expect(own).toMatchObject({
    'service.namespace': 'spectrawl',
    'service.name': 'training',
    'service.version': '1.2.3',
    'service.instance.id': expect.stringContaining(`-${process.pid}`) as string,
  });
  const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a, deployment.environment.name=north%20one,nonsense' };
  expect(resourceAttributes(identity, { serviceName: undefined }, environment)).toMatchObject({
    'service.name': 'a',
    'deployment.environment.name': 'north one',
  });
  expect(resourceAttributes(identity, { serviceName: 'b' }, environment)['service.name']).toBe('b');
});
