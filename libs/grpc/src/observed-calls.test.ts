import { IngestionService } from '@spectrawl/contracts';
import { currentTraceparent, startTelemetry, withSpan } from '@spectrawl/telemetry';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Channel, type ServiceClient } from './client.ts';
import { createServer, type GrpcServer, type ServiceHandlers } from './server.ts';
import { ServiceError } from './service-error.ts';

const telemetry = await startTelemetry({ service: 'ingestion', version: '0', pull: true, environment: {} });

/** What each handled call saw of the trace. */
const traces: (string | undefined)[] = [];

const handlers = {
  getPool: async ({ poolId }: { poolId: string }) => {
    traces.push(currentTraceparent());
    if (poolId === 'absent') throw new ServiceError('POOL_NOT_FOUND', 'no such pool');
    return { pool: { poolId } };
  },
  async *exportPool() {
    traces.push(currentTraceparent());
    yield { path: 'a' };
  },
};

describe('calls that are observed', () => {
  let server: GrpcServer;
  let channel: Channel;
  let client: ServiceClient<typeof IngestionService>;

  beforeAll(async () => {
    server = createServer();
    const all = Object.fromEntries(IngestionService.methods.map(({ localName }) => [localName, () => undefined]));
    server.add(IngestionService, { ...all, ...handlers } as unknown as ServiceHandlers<typeof IngestionService>);
    channel = connect(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
    client = channel.client(IngestionService);
  });
  afterAll(async () => {
    channel.close();
    await server.close();
    await telemetry.stop();
  });

  it('belong to the trace that they are made in, unary and streaming', async () => {
    traces.length = 0;
    const traceId = await withSpan('caller', {}, async () => {
      await client.getPool({ poolId: 'mine' });
      for await (const { path } of client.exportPool({ poolId: 'mine' })) expect(path).toBe('a');
      return currentTraceparent()?.slice(3, 35);
    });
    expect(traces.map((traceparent) => traceparent?.slice(3, 35))).toEqual([traceId, traceId]);
  });

  it('each begin a trace where there is none', async () => {
    traces.length = 0;
    await client.getPool({ poolId: 'mine' });
    await client.getPool({ poolId: 'mine' });
    expect(new Set(traces).size).toBe(2);
    expect(traces[0]).toMatch(/^00-/);
  });

  it('are timed at both ends by method and status', async () => {
    await expect(client.getPool({ poolId: 'absent' })).rejects.toThrow('no such pool');
    const text = (await telemetry.prometheusText()) ?? '';
    for (const end of ['server', 'client']) {
      for (const status of ['OK', 'NOT_FOUND']) {
        const labels = `rpc_method="spectrawl.ingestion.v1.IngestionService/GetPool",rpc_response_status_code="${status}"`;
        expect(text).toContain(`rpc_${end}_call_duration_seconds_count{rpc_system_name="grpc",${labels}}`);
      }
    }
  });
});
