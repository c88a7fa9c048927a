import { IngestionService, Pool_State } from '@spectrawl/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, RpcError, type Channel, type ServiceClient } from './client.ts';
import { createServer, type GrpcServer, type ServiceHandlers } from './server.ts';
import { ServiceError } from './service-error.ts';

/** Pieces that the slow-reader test lets the server offer. */
const MANY_PIECES = 2_000;
const PIECE = new Uint8Array(64 * 1024);

let piecesMade = 0;
let streamLeft: (() => void) | undefined;
const leftStream = new Promise<void>((resolve) => {
  streamLeft = resolve;
});

let uploadEnded: ((how: string) => void) | undefined;

const refuse = (): never => {
  throw new ServiceError('POOL_NOT_FOUND', 'no pool "absent": see `spectrawl pools`');
};

const handlers: ServiceHandlers<typeof IngestionService> = {
  createPool: async ({ poolId }) => ({ pool: { poolId, state: Pool_State.OPEN } }),
  getPool: async ({ poolId }) => (poolId === 'absent' ? refuse() : { pool: { poolId } }),
  listPools: async () => {
    throw new Error('secret detail');
  },
  async *ingestFiles(requests) {
    let files = 0n;
    try {
      for await (const request of requests) {
        if (request.payload.case === 'piece') yield { files: (files += 1n) };
      }
      uploadEnded?.('finished');
    } catch {
      uploadEnded?.('cut off');
    }
    yield { files, committed: true };
  },
  sealPool: (_, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
  listShards: async () => ({}),
  listQuarantinedInputs: async () => ({}),
  getSpectrum: async () => ({}),
  findEpochs: async () => ({}),
  async *exportPool({ poolId }) {
    if (poolId === 'absent') refuse();
    try {
      for (piecesMade = 0; piecesMade < MANY_PIECES; piecesMade += 1) yield { path: 'p', data: PIECE };
    } finally {
      streamLeft?.();
    }
  },
};

describe('a server and its client', () => {
  let server: GrpcServer;
  let channel: Channel;
  let client: ServiceClient<typeof IngestionService>;

  beforeAll(async () => {
    server = createServer();
    server.add(IngestionService, handlers);
    channel = connect(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
    client = channel.client(IngestionService);
  });
  afterAll(async () => {
    channel.close();
    await server.close();
  });

  it('answer a unary call', async () => {
    const { pool } = await client.createPool({ poolId: 'mine' });
    expect(pool).toMatchObject({ poolId: 'mine', state: Pool_State.OPEN });
  });

  it('carry a refusal with its reason', async () => {
    await expect(client.getPool({ poolId: 'absent' })).rejects.toMatchObject({
      reason: 'POOL_NOT_FOUND',
      message: 'no pool "absent": see `spectrawl pools`',
      code: 5,
    });
  });

  it('carry a refusal of a stream', async () => {
    const read = async (): Promise<void> => {
      for await (const piece of client.exportPool({ poolId: 'absent' })) expect(piece).toBeUndefined();
    };
    await expect(read()).rejects.toMatchObject({ reason: 'POOL_NOT_FOUND' });
  });

  it('keep the details of an unforeseen failure to themselves', async () => {
    const failure = await client.listPools({}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RpcError);
    expect((failure as RpcError).code).toBe(13);
    expect((failure as RpcError).message).not.toContain('secret');
  });

  it('stream both ways at once', async () => {
    async function* upload() {
      yield { payload: { case: 'open' as const, value: { poolId: 'mine' } } };
      for (const path of ['a', 'b', 'c']) yield { payload: { case: 'piece' as const, value: { path, last: true } } };
    }
    const answers = [];
    for await (const answer of client.ingestFiles(upload())) answers.push(answer);
    expect(answers.map((answer) => [Number(answer.files), answer.committed])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [3, true],
    ]);
  });

  it('tell an upload that was cut off from one that was finished', async () => {
    const ended = new Promise<string>((resolve) => {
      uploadEnded = resolve;
    });
    const abort = new AbortController();
    async function* upload() {
      yield { payload: { case: 'piece' as const, value: { path: 'a', last: true } } };
      await new Promise(() => undefined);
    }
    const read = async (): Promise<void> => {
      for await (const answer of client.ingestFiles(upload(), { signal: abort.signal })) {
        expect(answer.files).toBe(1n);
        abort.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 1 });
    expect(await ended).toBe('cut off');
  });

  it('fail an upload whose source fails, with the error of the source', async () => {
    async function* upload() {
      yield { payload: { case: 'open' as const, value: { poolId: 'mine' } } };
      throw new Error('disk is gone');
    }
    const read = async (): Promise<void> => {
      for await (const answer of client.ingestFiles(upload())) expect(answer.committed).toBe(false);
    };
    await expect(read()).rejects.toThrow('disk is gone');
  });

  it('make no more of a stream than its reader takes, and stop when the reader leaves', async () => {
    let read = 0;
    for await (const piece of client.exportPool({ poolId: 'mine' })) {
      expect(piece.data.length).toBe(PIECE.length);
      read += 1;
      if (read === 3) break;
    }
    await leftStream;
    expect(piecesMade).toBeLessThan(MANY_PIECES / 2);
  });

  it('end a call at its deadline', async () => {
    await expect(client.sealPool({ poolId: 'mine' }, { deadline: 50 })).rejects.toMatchObject({ code: 4 });
  });

  it('end a call when its signal aborts', async () => {
    const abort = new AbortController();
    const call = client.sealPool({ poolId: 'mine' }, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 1 });
  });
});

it('a server that closes tells calls that would last for ever', async () => {
  const server = createServer();
  server.add(IngestionService, {
    ...handlers,
    sealPool: (_, { draining }) =>
      new Promise((_, reject) =>
        draining.addEventListener('abort', () => reject(new ServiceError('STOPPING', 'call again later'))),
      ),
  });
  const channel = connect(`127.0.0.1:${await server.listen('127.0.0.1', 0)}`);
  const client = channel.client(IngestionService);
  await client.getPool({ poolId: 'mine' });
  const waiting = client.sealPool({ poolId: 'mine' }).catch((error: unknown) => error);
  // A second answer on the same connection shows that the first call has arrived.
  await client.getPool({ poolId: 'mine' });
  await server.close();
  // UNAVAILABLE: the client has tried again, where another replica would have answered.
  expect(await waiting).toMatchObject({ code: 14 });
  channel.close();
});

it('a client says which address does not answer', async () => {
  const server = createServer();
  server.add(IngestionService, handlers);
  const port = await server.listen('127.0.0.1', 0);
  await server.close();
  const channel = connect(`127.0.0.1:${port}`);
  await expect(channel.client(IngestionService).getPool({ poolId: 'mine' })).rejects.toThrow(
    `no service answers at 127.0.0.1:${port}`,
  );
  channel.close();
});
