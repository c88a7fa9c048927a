import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  counter,
  currentTraceparent,
  gauge,
  histogram,
  openSpan,
  startTelemetry,
  withSpan,
  withStep,
  type Telemetry,
} from './index.ts';

const IDENTITY = { service: 'training', version: '0.0.0' };
const underWay: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const end of underWay.splice(0).reverse()) await end();
});

async function start(environment: NodeJS.ProcessEnv, pull = false): Promise<Telemetry> {
  const telemetry = await startTelemetry({ ...IDENTITY, pull, environment });
  underWay.push(() => telemetry.stop());
  return telemetry;
}

/** Takes whatever is posted, or refuses it. @returns what was posted, by path */
async function collector(status = 200): Promise<{ endpoint: string; posts: string[]; server: Server }> {
  const posts: string[] = [];
  const server = createServer((request, response) => {
    posts.push(request.url ?? '');
    request.resume();
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  underWay.push(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posts, server };
}

const shown = counter('test.shown', { description: 'What the tests count', unit: '{thing}' });
const took = histogram('test.took', { description: 'What the tests measure', unit: 's' }, [1, 10]);

describe('metrics', () => {
  test('are gathered from the start on only, and each time anew', async () => {
    shown.add(7);
    const first = await start({}, true);
    shown.add(2, { 'test.kind': 'good' });
    took.record(3);
    const text = await first.prometheusText();
    expect(text).toContain('test_shown_total{test_kind="good"} 2\n');
    expect(text).toContain('test_took_seconds_bucket{le="1"} 0\n');
    expect(text).toContain('test_took_seconds_bucket{le="10"} 1\n');
    expect(text).toMatch(/target_info\{.*service_name="training".*\} 1/);
    expect(text).toContain('process_memory_usage_bytes ');
    await first.stop();

    const second = await start({}, true);
    shown.add(1);
    expect(await second.prometheusText()).toContain('test_shown_total 1\n');
  });

  test('leave out what cannot be read, and show the rest', async () => {
    const ends = [
      gauge('test.state', { description: 'A state', unit: '{thing}' }, () => [{ value: 5 }]),
      gauge('test.broken', { description: 'No state', unit: '{thing}' }, () => Promise.reject(new Error('away'))),
    ];
    underWay.push(() => ends.forEach((end) => end()));
    const telemetry = await start({}, true);
    const text = await telemetry.prometheusText();
    expect(text).toContain('test_state 5\n');
    expect(text).not.toMatch(/^test_broken/m);
    ends.forEach((end) => end());
    expect(await telemetry.prometheusText()).not.toMatch(/^test_state/m);
  });

  test('are shared by those who start them, until the last one stops', async () => {
    const [one, other] = [await start({}, true), await start({}, true)];
    await one.stop();
    shown.add(4);
    expect(await other.prometheusText()).toContain('test_shown_total 4\n');
  });
});

describe('telemetry', () => {
  test('is not even loaded where nobody asks for it', async () => {
    const telemetry = await start({});
    expect(await telemetry.prometheusText()).toBeUndefined();
    // Without an SDK ids travel, but are not sampled.
    await withSpan('unseen', {}, async () => expect(currentTraceparent()).toMatch(/-00$/));
  });

  test('sends traces and metrics to the collector, the last of them when it stops', async () => {
    const { endpoint, posts } = await collector();
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...exporterVariables(endpoint) });
    await withSpan('seen', {}, async () => expect(currentTraceparent()).toMatch(/-01$/));
    await telemetry.stop();
    expect(posts).toContain('/v1/traces');
    expect(posts).toContain('/v1/metrics');
  });

  test.each([
    ['absent', () => 'http://127.0.0.1:1'],
    ['failing', async () => (await collector(400)).endpoint],
  ])('does no harm where the collector is %s', async (_, endpointOf) => {
    const endpoint = await endpointOf();
    const telemetry = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...exporterVariables(endpoint) });
    await expect(withSpan('lost', {}, async () => 'done')).resolves.toBe('done');
    await telemetry.stop();
  });

  test('keeps steps of adapters out of traces of their own', async () => {
    const { endpoint } = await collector();
    await start({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...exporterVariables(endpoint) });
    await withStep('alone', {}, async () => expect(currentTraceparent()).toBeUndefined());
    await withSpan('around', {}, async () => {
      const outer = currentTraceparent()!;
      await withStep('step', {}, async () => {
        expect(currentTraceparent()!.slice(0, 36)).toBe(outer.slice(0, 36));
        expect(currentTraceparent()).not.toBe(outer);
      });
      await withSpan('root', {}, async () => expect(currentTraceparent()!.slice(3, 35)).not.toBe(outer.slice(3, 35)), {
        root: true,
        links: [outer],
      });
      const open = openSpan('elsewhere', {}, { parent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
      expect(open.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/);
      open.end();
    });
  });
});

/** The exporter reads these by itself, from the environment of the process. */
function exporterVariables(endpoint: string): NodeJS.ProcessEnv {
  const before = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = endpoint;
  underWay.push(() => {
    if (before === undefined) delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    else process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = before;
  });
  return {};
}
