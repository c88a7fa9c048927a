import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHART, PROFILES, SimulatedCluster, type Manifest, type NodeKind } from './simulated-cluster.ts';

// What the chart renders, before an API server that admits it or not, and controllers that act on it. Nodes and pods are simulated.
const NODES: NodeKind[] = [
  { name: 'plain', count: 3, zones: 3, cpus: 64 },
  {
    name: 'gpu',
    count: 2,
    zones: 2,
    cpus: 64,
    devices: { 'nvidia.com/gpu': 1, 'nvidia.com/mig-1g.10gb': 7 },
    labels: { 'nvidia.com/gpu.product': 'NVIDIA-H100-80GB-HBM3' },
    taints: ['nvidia.com/gpu'],
  },
];

/** What a data centre has made before: the profiles name these. */
const MADE_BEFORE: Manifest[] = [
  ...['astronomy', 'astronomy-people'].map((name) => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value: 500,
  })),
  { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name: 'nvidia' }, handler: 'nvidia' },
  ...['volumes', 'fast-local'].map((name) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: {
      name,
      annotations: { 'storageclass.kubernetes.io/is-default-class': String(name === 'volumes') },
    },
    provisioner: 'kubernetes.io/no-provisioner',
  })),
  ...['volumes', 'fast-local'].flatMap((storageClassName) =>
    Array.from({ length: 12 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${storageClassName}-${index}` },
      spec: {
        storageClassName,
        capacity: { storage: '500Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: `/volumes/${storageClassName}-${index}` },
      },
    })),
  ),
];

const CHANGED = { 'defaults.podAnnotations.spectrawl/test': 'upgraded' };
const WAIT = ['--wait', '--timeout', '5m'];

let cluster: SimulatedCluster;

beforeAll(async () => {
  cluster = await SimulatedCluster.find();
  await cluster.installOperatorsResources();
  await cluster.createNodes(...NODES);
  await cluster.apply(...MADE_BEFORE);
});

afterAll(async () => {
  await cluster.removeNodes();
  await cluster.close();
});

/** The configurations that the pods of a release's Deployments carry, by Deployment. */
async function marks(namespace: string): Promise<Record<string, unknown>> {
  const { items } = await cluster.get<{
    items: { metadata: { name: string }; spec: { template: { metadata: { annotations?: Record<string, string> } } } }[];
  }>('deployments', '--namespace', namespace);
  return Object.fromEntries(
    items.map(({ metadata, spec }) => [metadata.name, spec.template.metadata.annotations?.['spectrawl/test']]),
  );
}

describe.each(PROFILES)('profile %s', (profile) => {
  const namespace = `profile-${profile}`;
  const release = ['spectrawl', '--namespace', namespace];

  beforeAll(() => cluster.createNamespace(namespace));
  afterAll(() => cluster.kubectl('delete', 'namespace', namespace, '--wait=false'));

  it('is admitted field by field, without a warning', async () => {
    const dry = `${namespace}-dry`;
    await cluster.createNamespace(dry);
    const manifests = await cluster.render(profile, dry);
    // A pod that nothing controls is admitted only if its account is there.
    await cluster.apply(...manifests.filter(({ kind }) => kind === 'ServiceAccount'));
    const strictly = ['--dry-run=server', '--validate=strict', '--warnings-as-errors'];
    const says = await cluster.hand(manifests, 'apply', '--server-side', ...strictly);
    expect(says.split('\n')).toHaveLength(manifests.length);
    await cluster.kubectl('delete', 'namespace', dry, '--wait=false');
  });

  it('is installed, upgraded, rolled back and uninstalled, its pods under the strictest rules', async () => {
    const values = cluster.options(profile);
    const said = await cluster.helm('install', ...release, CHART, ...values, ...WAIT);
    expect(said).not.toMatch(/^W\d{4}|[Ww]arning/m);
    const rendered = (await cluster.render(profile, namespace)).filter(({ kind }) => kind === 'Deployment');
    expect(Object.keys(await marks(namespace)).toSorted()).toEqual(rendered.map((it) => it.metadata.name).toSorted());

    await cluster.helm('upgrade', ...release, CHART, ...cluster.options(profile, CHANGED), ...WAIT);
    expect(new Set(Object.values(await marks(namespace)))).toEqual(new Set(['upgraded']));

    await cluster.helm('rollback', ...release, '1', ...WAIT);
    expect(new Set(Object.values(await marks(namespace)))).toEqual(new Set([undefined]));
    const pods = (await cluster.pods(namespace)).filter(({ ending }) => !ending);
    expect(pods.filter(({ phase }) => phase !== 'Running' && phase !== 'Succeeded')).toEqual([]);

    await cluster.helm('uninstall', ...release, '--cascade', 'foreground', ...WAIT);
    expect(await marks(namespace)).toEqual({});
  });
});

describe('a release', () => {
  const namespace = 'faulty';
  const release = ['spectrawl', '--namespace', namespace];

  beforeAll(() => cluster.createNamespace(namespace));
  afterAll(() => cluster.kubectl('delete', 'namespace', namespace, '--wait=false'));

  it('is not admitted with a field that Kubernetes does not know, or a pod against the rules', async () => {
    const manifests = await cluster.render('mesh', namespace);
    const deployment = manifests.find(({ kind }) => kind === 'Deployment')!;
    const dryRun = ['apply', '--server-side', '--dry-run=server', '--namespace', namespace];
    const misspelt = { ...deployment, spec: { ...(deployment['spec'] as object), replica: 3 } };
    await expect(cluster.hand([misspelt], ...dryRun)).rejects.toThrow('.spec.replica: field not declared in schema');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'root' },
      spec: { containers: [{ name: 'root', image: 'root' }] },
    };
    await expect(cluster.hand([pod], ...dryRun)).rejects.toThrow('violates PodSecurity "restricted:latest"');
  });

  it('stays as it is where the migrations of an upgrade fail', async () => {
    await cluster.helm('install', ...release, CHART, ...cluster.options('external'), ...WAIT);
    const before = await marks(namespace);
    await cluster.kubectl('cordon', '--selector', 'kubernetes.io/hostname');
    try {
      // Their pod finds no node until its time is up.
      const changes = { ...CHANGED, 'migrations.deadlineSeconds': 2 };
      await expect(
        cluster.helm('upgrade', ...release, CHART, ...cluster.options('external', changes), ...WAIT),
      ).rejects.toThrow(/pre-upgrade hooks failed.*DeadlineExceeded/s);
    } finally {
      await cluster.kubectl('uncordon', '--selector', 'kubernetes.io/hostname');
    }
    expect(await marks(namespace)).toEqual(before);
    // And the next one is taken.
    await cluster.helm('upgrade', ...release, CHART, ...cluster.options('external', CHANGED), ...WAIT);
    expect(new Set(Object.values(await marks(namespace)))).toEqual(new Set(['upgraded']));
  });
});
