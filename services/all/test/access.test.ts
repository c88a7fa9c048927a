import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createFileRegistry, type DescMethod, type DescService } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Annotator_Kind, LabellingService, SelectionService } from '@spectrawl/contracts';
import { connect, requiredRoleOf, ROLES, RpcError, status, type Channel, type Role } from '@spectrawl/grpc';
import { loadConfig, runServices, type RunningServices } from '@spectrawl/runtime';
import { DeploymentCredentials } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allServices } from '../src/service.ts';

/** milliseconds after which a call that neither ends nor is refused counts as let in */
const LET_IN = 2_000;

interface Rpc {
  name: string;
  role: Role;
  service: DescService;
  method: DescMethod;
}

/** What every server answers besides its services; what goes in and comes out does not matter to who may call. */
function operationsRpcs(): Rpc[] {
  const described = {
    'grpc.health.v1': { Health: ['Check', 'Watch', 'List'] },
    'grpc.reflection.v1': { ServerReflection: ['ServerReflectionInfo'] },
    'grpc.reflection.v1alpha': { ServerReflection: ['ServerReflectionInfo'] },
  };
  return Object.entries(described).flatMap(([name, services]) =>
    Object.entries(services).flatMap(([service, methods]) => {
      const file = create(FileDescriptorProtoSchema, {
        name: `${name}.proto`,
        package: name,
        syntax: 'proto3',
        messageType: [{ name: 'Nothing' }],
        service: [
          {
            name: service,
            method: methods.map((method) => ({
              name: method,
              inputType: `.${name}.Nothing`,
              outputType: `.${name}.Nothing`,
              serverStreaming: method === 'Watch' || method === 'ServerReflectionInfo',
              clientStreaming: method === 'ServerReflectionInfo',
            })),
          },
        ],
      });
      const descriptor = createFileRegistry(file, () => undefined).getService(`${name}.${service}`)!;
      return rpcsOf(descriptor, () => 'viewer');
    }),
  );
}

function rpcsOf(service: DescService, roleOf: (method: DescMethod) => Role): Rpc[] {
  return service.methods.map((method) => ({
    name: `${service.typeName}/${method.name}`,
    role: roleOf(method),
    service,
    method,
  }));
}

const RPCS = [
  ...allServices.flatMap(({ grpc }) => grpc.flatMap(({ service }) => rpcsOf(service, requiredRoleOf))),
  ...operationsRpcs(),
];

type Call = (request: object, options: object) => Promise<object> | AsyncIterable<object>;

/** Makes a call that says nothing but who annotates, where that is asked. @returns how it was answered */
async function answerTo(
  channel: Channel,
  { service, method }: Rpc,
  annotator = 'nobody',
): Promise<{ code: status; reason?: string; message: string }> {
  const call = (channel.client(service) as unknown as Record<string, Call>)[method.localName]!;
  const who = method.input.field['annotator']?.fieldKind === 'message' ? { name: annotator } : annotator;
  const streams = method.methodKind === 'client_streaming' || method.methodKind === 'bidi_streaming';
  const request = streams ? nothing() : 'annotator' in method.input.field ? { annotator: who } : {};
  try {
    const answer = call(request, { deadline: LET_IN });
    if (Symbol.asyncIterator in answer) {
      await answer[Symbol.asyncIterator]().next();
    } else await answer;
    return { code: status.OK, message: '' };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { code: error.code, message: error.message, ...(error.reason && { reason: error.reason }) };
  }
}

async function* nothing(): AsyncIterable<object> {
  // A stream that ends at once.
}

const reasonOf = (error: unknown): unknown => (error instanceof RpcError ? error.reason : error);
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string): string => token.split('.')[1]!;

describe('whoever calls', () => {
  let folder: string;
  let credentials: DeploymentCredentials;
  let services: RunningServices;
  const channels = new Map<string, Channel>();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spectrawl-access-'));
    credentials = await DeploymentCredentials.create();
    const { grpc, authentication } = credentials.sections;
    const config = {
      grpc: { ...grpc, port: 0 },
      authentication,
      database: { kind: 'pglite', directory: 'memory' },
      objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
      eventBus: { kind: 'embedded' },
    };
    services = await runServices(allServices, loadConfig(allServices, JSON.stringify(config), {}));
    const { tls } = credentials.connectOptions();
    const known = (name: string, token: string | undefined) =>
      channels.set(name, connect(services.address, { tls, ...(token && { token: async () => token }) }));

    const good = await credentials.token('operator', 'mallory');
    const now = Math.floor(Date.now() / 1000);
    const publicKeys = await readFile(credentials.files.jwksFile, 'utf8');
    const forged = `${encode({ alg: 'HS256', typ: 'JWT' })}.${payloadOf(good)}`;
    known('no token', undefined);
    known('an expired token', await credentials.token('operator', 'mallory', { expiresAt: now - 3_600 }));
    known('a token for others', await credentials.token('operator', 'mallory', { audience: 'another-service' }));
    known('a token of a stranger', await credentials.token('operator', 'mallory', { issuer: 'https://evil.example' }));
    known('an unsigned token', `${encode({ alg: 'none', typ: 'JWT' })}.${payloadOf(good)}.`);
    known(
      'a token that is signed with the public key as a secret',
      `${forged}.${createHmac('sha256', publicKeys).update(forged).digest('base64url')}`,
    );
    known(
      'a token whose role was changed',
      good.replace(payloadOf(good), encode({ ...decoded(good), roles: ['operator'], sub: 'eve' })),
    );
    known('something that is no token', 'open-sesame');
    for (const role of ROLES) known(role, await credentials.token(role, role));
  });
  afterAll(async () => {
    for (const channel of channels.values()) channel.close();
    await services.stop();
    await credentials.remove();
    await rm(folder, { recursive: true });
  });

  it('finds every service of the contracts here', () => {
    expect(new Set(RPCS.map(({ name }) => name.split('/')[0]))).toEqual(
      new Set([
        'spectrawl.inference.v1.InferenceService',
        'spectrawl.ingestion.v1.IngestionService',
        'spectrawl.labelling.v1.LabellingService',
        'spectrawl.selection.v1.SelectionService',
        'spectrawl.training.v1.TrainingService',
        'grpc.health.v1.Health',
        'grpc.reflection.v1.ServerReflection',
        'grpc.reflection.v1alpha.ServerReflection',
      ]),
    );
  });

  it('annotates under the name in the token, unless it is an operator', async () => {
    const lease = async (role: Role, name: string) => {
      const request = { campaignId: 'absent', annotator: { name, kind: Annotator_Kind.PERSON } };
      return await channels.get(role)!.client(LabellingService).leaseTasks(request).catch(reasonOf);
    };
    expect(await lease('annotator', 'grace')).toBe('NOT_YOUR_NAME');
    expect(await lease('annotator', 'annotator')).not.toBe('NOT_YOUR_NAME');
    expect(await lease('operator', 'grace')).not.toBe('NOT_YOUR_NAME');
  });

  it('is known to services that call one another, too', async () => {
    const campaign = {
      requestId: 'one',
      campaignId: 'hunt',
      poolId: 'absent',
      seedPoolIds: ['absent'],
      preset: 'default',
    };
    // Only ingestion knows which pools there are.
    const failure = await channels.get('operator')!.client(SelectionService).createCampaign(campaign).catch(reasonOf);
    expect(failure).toBe('POOL_NOT_FOUND');
  });

  describe.each(RPCS)('$name', (rpc) => {
    it.each([
      'no token',
      'an expired token',
      'a token for others',
      'a token of a stranger',
      'an unsigned token',
      'a token that is signed with the public key as a secret',
      'a token whose role was changed',
      'something that is no token',
    ])('is refused with %s', async (bearer) => {
      const answer = await answerTo(channels.get(bearer)!, rpc);
      expect(answer).toMatchObject({ code: status.UNAUTHENTICATED, reason: 'UNAUTHENTICATED' });
      expect(answer.message).not.toMatch(/eyJ|mallory|open-sesame/);
    });

    const enough = ROLES.slice(ROLES.indexOf(rpc.role));
    it.each(ROLES.filter((role) => !enough.includes(role)))(
      `is refused to a %s: it takes a ${rpc.role}`,
      async (role) => {
        const answer = await answerTo(channels.get(role)!, rpc);
        expect(answer).toMatchObject({ code: status.PERMISSION_DENIED, reason: 'ROLE_TOO_SMALL' });
      },
    );

    it.each(enough)('lets in: %s', async (role) => {
      const { code } = await answerTo(channels.get(role)!, rpc, role);
      expect([status.UNAUTHENTICATED, status.PERMISSION_DENIED, status.UNAVAILABLE]).not.toContain(code);
    });
  });
});

function decoded(token: string): object {
  return JSON.parse(Buffer.from(payloadOf(token), 'base64url').toString()) as object;
}
