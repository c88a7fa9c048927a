import { IngestionService } from '@spectrawl/contracts';
import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Channel, type ServiceClient } from './client.ts';
import type { Limits } from './limits.ts';
import { createServer, type GrpcServer, type ServiceHandlers } from './server.ts';
import { ServiceError } from './service-error.ts';
import { poolHandlers } from './testing/pool-handlers.ts';

const opened: { server?: GrpcServer; channel?: Channel } = {};
afterEach(async () => {
  opened.channel?.close();
  await opened.server?.close(0);
});

async function serve(
  limits: Partial<Limits>,
  handlers: Partial<ServiceHandlers<typeof IngestionService>>,
): Promise<ServiceClient<typeof IngestionService>> {
  const server = createServer({ limits });
  server.add(IngestionService, poolHandlers(handlers));
  const channel = connect(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
  Object.assign(opened, { server, channel });
  return channel.client(IngestionService);
}

/** Something that calls wait for. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** Handlers that hold what they are called with, and tell how many have come. */
function holding() {
  const { open, opened } = gate();
  let arrived = 0;
  let tell = (): void => undefined;
  const note = (): void => {
    arrived += 1;
    tell();
  };
  return {
    release: open,
    handlers: {
      sealPool: async () => {
        note();
        await opened;
        return {};
      },
      async *exportPool() {
        note();
        yield { path: 'begun' };
        await opened;
      },
    },
    /** Resolves when so many calls are under way. */
    arrivals: (count: number): Promise<void> =>
      new Promise((resolve) => {
        tell = () => {
          if (arrived >= count) resolve();
        };
        tell();
      }),
    count: () => arrived,
  };
}

async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let messages = 0;
  for await (const message of stream) messages += message === undefined ? 0 : 1;
  return messages;
}

describe('a server with limits', () => {
  it('refuses messages that are too large, either way', async () => {
    const client = await serve(
      { maxMessageBytes: 1000 },
      { listShards: async () => ({ nextPageToken: 'x'.repeat(2000) }) },
    );
    expect(await client.getPool({ poolId: 'x'.repeat(900) })).toBeDefined();
    await expect(client.getPool({ poolId: 'x'.repeat(2000) })).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    await expect(client.listShards({})).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  it('refuses calls beyond those that it works on, and takes them again when one is done', async () => {
    const { handlers, arrivals, release } = holding();
    const client = await serve({ maxCalls: 2 }, handlers);
    const held = [client.sealPool({}), client.sealPool({})];
    await arrivals(2);
    await expect(client.getPool({})).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      reason: 'TOO_MANY_CALLS',
    });
    release();
    await Promise.all(held);
    expect(await client.getPool({})).toBeDefined();
  });

  it('answers calls however many watch, and refuses watchers beyond its limit', async () => {
    const { handlers, arrivals, release } = holding();
    const client = await serve({ maxCalls: 1, maxStreams: 2 }, handlers);
    const watchers = [drain(client.exportPool({})), drain(client.exportPool({}))];
    await arrivals(2);
    await expect(drain(client.exportPool({}))).rejects.toMatchObject({ reason: 'TOO_MANY_CALLS' });
    expect(await client.getPool({})).toBeDefined();
    release();
    expect(await Promise.all(watchers)).toEqual([1, 1]);
    expect(await drain(client.exportPool({}))).toBe(1);
  });

  it('gives the place of a caller who left to the next', async () => {
    const client = await serve(
      { maxCalls: 1 },
      {
        sealPool: (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left')))),
      },
    );
    await expect(client.sealPool({}, { deadline: 100 })).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
    expect(await client.getPool({})).toBeDefined();
  });

  it('lets a connection have so many calls at a time; others wait for their turn', async () => {
    const { handlers, arrivals, release, count } = holding();
    const client = await serve({ maxConnectionStreams: 2 }, handlers);
    // The first answer shows that the client has heard of the limit.
    await client.getPool({});
    const held = [1, 2, 3].map(() => client.sealPool({}));
    await arrivals(2);
    expect(count()).toBe(2);
    release();
    await Promise.all(held);
    expect(count()).toBe(3);
  });

  it('tells watchers on an old connection to come again, lets calls finish, and answers on a new one', async () => {
    const { open, opened: finish } = gate();
    const client = await serve(
      { maxConnectionAgeMilliseconds: 200 },
      {
        sealPool: async () => {
          await finish;
          return {};
        },
        async *exportPool(_, { draining }) {
          yield { path: 'begun' };
          await new Promise((resolve) => draining.addEventListener('abort', resolve));
          throw new ServiceError('STOPPING', 'watch again');
        },
      },
    );
    const slow = client.sealPool({});
    await expect(drain(client.exportPool({}))).rejects.toMatchObject({ reason: 'STOPPING' });
    await expect(drain(client.exportPool({}))).rejects.toMatchObject({ reason: 'STOPPING' });
    expect(await client.getPool({})).toBeDefined();
    open();
    expect(await slow).toBeDefined();
  });
});
