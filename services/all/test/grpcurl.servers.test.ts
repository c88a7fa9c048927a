import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import { Deployment, grpcurl, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';

const servers = inject('servers');
const SERVICES = [IngestionService, TrainingService, InferenceService, SelectionService, LabellingService];

/** One RPC of each service that answers a deployment without any data. */
const CALLS: [method: string, request: object, answer: object][] = [
  ['spectrawl.ingestion.v1.IngestionService/ListPools', {}, {}],
  ['spectrawl.training.v1.TrainingService/ListModels', {}, {}],
  ['spectrawl.inference.v1.InferenceService/ListScoringRuns', { campaign_id: 'none' }, {}],
  ['spectrawl.selection.v1.SelectionService/ListCampaigns', {}, {}],
  ['spectrawl.labelling.v1.LabellingService/ListTasks', { campaign_id: 'none' }, {}],
  ['grpc.health.v1.Health/Check', {}, { status: 'SERVING' }],
  ['grpc.health.v1.Health/Check', { service: SelectionService.typeName }, { status: 'SERVING' }],
];

describe.each<DeploymentOptions>([{ shape: 'embedded' }, { shape: 'one process', servers }])(
  'grpcurl, which knows services by reflection only, on the shape "$shape"',
  (options) => {
    let deployment: Deployment;
    let address: string;
    let transport: string[];
    let login: string[];

    beforeAll(async () => {
      deployment = await Deployment.prepare(options);
      await deployment.start();
      address = deployment.addressOf('selection');
      const { tls, token } = deployment.connectOptions('viewer');
      transport =
        tls === undefined
          ? ['-plaintext']
          : [
              '-cacert',
              tls.caFile!,
              ...(tls.certificateFile ? ['-cert', tls.certificateFile, '-key', tls.keyFile!] : []),
            ];
      login = token ? ['-H', `authorization: Bearer ${await token()}`] : [];
    });
    afterAll(() => deployment?.remove());

    it('lists every service, and health', async () => {
      const listed = (await grpcurl([...transport, ...login, address, 'list'])).trim().split('\n');
      expect(listed).toEqual(
        expect.arrayContaining([...SERVICES.map(({ typeName }) => typeName), 'grpc.health.v1.Health']),
      );
    });

    it('describes every service with all of its RPCs', async () => {
      for (const { typeName, methods } of SERVICES) {
        const described = await grpcurl([...transport, ...login, address, 'describe', typeName]);
        for (const { name } of methods) expect(described).toContain(`rpc ${name} (`);
      }
      const health = await grpcurl([...transport, ...login, address, 'describe', 'grpc.health.v1.HealthListResponse']);
      expect(health).toContain('map<string, .grpc.health.v1.HealthCheckResponse> statuses = 1;');
    });

    it.each(CALLS)('calls %s with %j', async (method, request, answer) => {
      const call = [...transport, ...login, '-d', JSON.stringify(request), address, method];
      // Services that were ready may for a moment not be, while Kafka's groups are dealt anew.
      await vi.waitFor(async () => expect(JSON.parse(await grpcurl(call))).toEqual(answer), {
        timeout: 30_000,
        interval: 100,
      });
    });

    const isGuarded = options.shape !== 'embedded';
    it(`${isGuarded ? 'is refused' : 'may call'} without a token`, async () => {
      const call = grpcurl([
        ...transport,
        '-d',
        '{}',
        address,
        'spectrawl.selection.v1.SelectionService/ListCampaigns',
      ]);
      const outcome = await call.then(
        () => 'answered',
        (error: Error) => (/Unauthenticated/.test(error.message) ? 'refused' : error.message),
      );
      expect(outcome).toBe(isGuarded ? 'refused' : 'answered');
    });
  },
);
