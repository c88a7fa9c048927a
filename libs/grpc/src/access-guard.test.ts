import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { IngestionService } from '@spectrawl/contracts';
import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_CALLER, type Authenticator, type Caller, type Role } from './access.ts';
import { changeOf } from './audit.ts';
import { connect, type Channel } from './client.ts';
import { isServing } from './health.ts';
import { createServer, type GrpcServer } from './server.ts';
import { ServiceError } from './service-error.ts';
import { poolHandlers } from './testing/pool-handlers.ts';

/** Takes a role for a token. */
const authenticator: Authenticator = {
  async authenticate(authorization) {
    const role = authorization?.replace('Bearer ', '') as Role | undefined;
    if (role === undefined) throw new ServiceError('UNAUTHENTICATED', 'who are you?');
    if (authorization === 'Bearer broken') throw new Error('the database of secrets is at /etc/secret');
    return { subject: `the ${role}`, name: role, role };
  },
};

describe('a server that asks who calls', () => {
  let server: GrpcServer;
  let address: string;
  const seen: { caller: Caller; authorization: unknown[] }[] = [];
  const channels: Channel[] = [];
  const as = (token?: string): Channel => {
    const channel = connect(address, token === undefined ? {} : { token: async () => token });
    channels.push(channel);
    return channel;
  };

  beforeAll(async () => {
    server = createServer({ authenticator });
    server.add(
      IngestionService,
      poolHandlers({
        createPool: async (_, { caller, metadata }) => {
          seen.push({ caller, authorization: metadata.get('authorization') });
          return {};
        },
      }),
    );
    address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  });
  afterAll(async () => {
    for (const channel of channels) channel.close();
    await server.close();
  });

  it('tells handlers who it is, and keeps the token from them', async () => {
    await as('operator').client(IngestionService).createPool({ poolId: 'sky' });
    expect(seen).toEqual([
      { caller: { subject: 'the operator', name: 'operator', role: 'operator' }, authorization: [] },
    ]);
  });

  it('tells callers what they lack', async () => {
    const refused = as('annotator').client(IngestionService).createPool({ poolId: 'sky' });
    await expect(refused).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
      reason: 'ROLE_TOO_SMALL',
      message:
        'spectrawl.ingestion.v1.IngestionService/CreatePool needs the role operator; the annotator is annotator: ask whoever gives out roles',
    });
  });

  it('asks before it tells of its health', async () => {
    await expect(isServing(as())).rejects.toMatchObject({ reason: 'UNAUTHENTICATED' });
    expect(await isServing(as('viewer'))).toBe(true);
  });

  it('lets nobody in when it cannot tell who calls, and keeps the reason to itself', async () => {
    const failure = as('broken').client(IngestionService).getPool({});
    await expect(failure).rejects.toMatchObject({ code: status.INTERNAL });
    await expect(failure).rejects.not.toThrow('secret');
  });

  it('refuses a role that it does not know', async () => {
    await expect(as('king').client(IngestionService).getPool({})).rejects.toMatchObject({ reason: 'ROLE_TOO_SMALL' });
  });
});

it('a server does not take a service whose contract names no role', () => {
  const file = create(FileDescriptorProtoSchema, {
    name: 'planted.proto',
    package: 'planted.v1',
    syntax: 'proto3',
    messageType: [{ name: 'Nothing' }],
    service: [
      {
        name: 'PlantedService',
        method: [{ name: 'Open', inputType: '.planted.v1.Nothing', outputType: '.planted.v1.Nothing' }],
      },
    ],
  });
  const service = createFileRegistry(file, () => undefined).getService('planted.v1.PlantedService')!;
  expect(() => createServer().add(service, { open: async () => ({}) } as never)).toThrow(
    'planted.v1.PlantedService/Open names no role',
  );
});

describe('what is noted of a call', () => {
  const ada: Caller = { subject: 'f81d4fae', name: 'ada', role: 'operator', issuer: 'https://login.example.org' };

  it('is who asked for which change, and how it ended', () => {
    const noted = { rpc: 'S/Create', subject: 'f81d4fae', name: 'ada', role: 'operator', issuer: ada.issuer };
    expect(changeOf('S/Create', 'operator', ada)).toEqual({ ...noted, outcome: 'OK' });
    const metadata = new Metadata();
    metadata.set('spectrawl-reason', 'POOL_EXISTS');
    const refused = { code: status.ALREADY_EXISTS, details: '', metadata };
    expect(changeOf('S/Create', 'operator', ada, refused)).toEqual({ ...noted, outcome: 'POOL_EXISTS' });
    const failed = { code: status.INTERNAL, details: '' };
    expect(changeOf('S/Create', 'operator', ada, failed)).toEqual({ ...noted, outcome: 'INTERNAL' });
  });

  it('is nothing where nothing is changed, or nobody is asked who they are', () => {
    expect(changeOf('S/Get', 'viewer', ada)).toBeUndefined();
    expect(changeOf('S/Create', 'operator', LOCAL_CALLER)).toBeUndefined();
  });
});
