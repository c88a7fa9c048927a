import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CHART, PATIENCE, SimulatedCluster, type NodeKind, type PlacedPod } from './simulated-cluster.ts';

// The chart's manifests before the real scheduler, on a thousand simulated nodes with two GPUs each.
const GPU_NODES = 1000;
const GPUS_PER_NODE = 2;
const GPUS = GPU_NODES * GPUS_PER_NODE;
const ZONES = 25;
const MIG_NODES = 4;
const PLAIN_NODES = 4;
const SLICES_PER_NODE = 7;
const H100 = 'NVIDIA-H100-80GB-HBM3';

const gpuNodes = (name: string, product: string): NodeKind => ({
  name,
  count: GPU_NODES / 2,
  zones: ZONES,
  cpus: 64,
  devices: { 'nvidia.com/gpu': GPUS_PER_NODE },
  labels: { 'nvidia.com/gpu.product': product },
  taints: ['nvidia.com/gpu'],
});
const NODES: NodeKind[] = [
  gpuNodes('h100', H100),
  gpuNodes('a100', 'NVIDIA-A100-SXM4-80GB'),
  {
    name: 'slices',
    count: MIG_NODES,
    zones: ZONES,
    cpus: 64,
    devices: { 'nvidia.com/mig-1g.10gb': SLICES_PER_NODE },
    labels: { 'nvidia.com/gpu.product': `${H100}-MIG-1g.10gb` },
    taints: ['nvidia.com/gpu'],
  },
  { name: 'plain', count: PLAIN_NODES, zones: 2, cpus: 8 },
];
const PLAIN = Array.from({ length: PLAIN_NODES }, (_, index) => `plain-${index}`);
const NAMESPACE = 'scale';
const RELEASE = ['spectrawl', '--namespace', NAMESPACE];

let cluster: SimulatedCluster;
const told: string[] = [];

beforeAll(async () => {
  cluster = await SimulatedCluster.find();
  await cluster.installOperatorsResources();
  await cluster.createNamespace(NAMESPACE);
  await cluster.apply({
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'nvidia' },
    handler: 'nvidia',
  });
  await timed(`${GPU_NODES} nodes of ${GPUS_PER_NODE} GPUs are ready`, () => cluster.createNodes(...NODES));
  await cluster.helm('install', ...RELEASE, CHART, ...workers(0), '--wait', '--timeout', '5m');
});

afterAll(async () => {
  const consumption = await cluster.consumption();
  const took = consumption.map(
    ({ program, memoryMiB, processorSeconds }) =>
      `${program} ${Math.round(memoryMiB)} MiB, ${Math.round(processorSeconds)} s`,
  );
  console.log(`\n${told.join('\n')}\nmemory at most, and processor time: ${took.join('; ')}\n`);
  await cluster.kubectl('delete', 'namespace', NAMESPACE, '--wait=false');
  await cluster.removeNodes();
  await cluster.close();
});

/** The GPU profile with fixed numbers of workers, on whole GPUs unless told. */
function workers(replicas: number, resource = 'nvidia.com/gpu'): string[] {
  return cluster.options('gpu', {
    'services.inference-worker.gpu.resource': resource,
    'services.inference-worker.autoscaling.enabled': false,
    'services.training.autoscaling.enabled': false,
    // A volume of their own needs a provisioner of volumes.
    'services.ingestion.scratch.storageClass': '',
    'services.inference-worker.replicas': replicas,
  });
}

async function timed(what: string, act: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await act();
  told.push(`${what} after ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

async function scale(replicas: number, running = replicas): Promise<void> {
  await cluster.helm('upgrade', ...RELEASE, CHART, ...workers(replicas));
  await untilRunning(running);
}

/** Waits until so many workers run: those that have a node. */
async function untilRunning(count: number): Promise<void> {
  await cluster.kubectl(
    'wait',
    'deployment/spectrawl-inference-worker',
    '--namespace',
    NAMESPACE,
    '--timeout=500s',
    `--for=jsonpath={.status.readyReplicas}=${count}`,
  );
}

const remaining = (pods: readonly PlacedPod[]): PlacedPod[] => pods.filter(({ ending }) => !ending);

/** How many of the pods each node has; those that wait are on none. */
function perNode(pods: readonly PlacedPod[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of pods) if (node !== undefined) counts.set(node, (counts.get(node) ?? 0) + 1);
  return counts;
}

const kindOf = (node: string | undefined): string | undefined => node?.replace(/-\d+$/, '');
const zoneOf = (node: string): number => Number(node.replace(/^.*-/, '')) % ZONES;

it('a thousand workers spread over the nodes and the zones; services stay off GPUs and apart', async () => {
  await timed(`${GPU_NODES} workers run`, () => scale(GPU_NODES));
  const placed = perNode(await cluster.pods(NAMESPACE, 'inference-worker'));
  expect(new Set([...placed.keys()].map(kindOf))).toEqual(new Set(['h100', 'a100']));
  // Of so many nodes the scheduler looks at a part only, so that the last workers may miss the last empty node.
  expect(placed.size).toBeGreaterThan(0.95 * GPU_NODES);
  const zones = Array.from({ length: ZONES }, () => 0);
  for (const [node, pods] of placed) zones[zoneOf(node)]! += pods;
  expect(Math.max(...zones) - Math.min(...zones)).toBeLessThan((0.2 * GPU_NODES) / ZONES);
  told.push(`they are on ${placed.size} nodes, ${Math.min(...zones)} to ${Math.max(...zones)} in a zone`);

  const others = (await cluster.pods(NAMESPACE)).filter(({ component }) => component !== 'inference-worker');
  const training = others.filter(({ component }) => component === 'training');
  expect(training.map(({ node }) => kindOf(node))).toEqual(['h100']);
  const services = others.filter(({ component, phase }) => component !== 'training' && phase === 'Running');
  expect(new Set(services.map(({ node }) => kindOf(node)))).toEqual(new Set(['plain']));
  for (const [component, pods] of Map.groupBy(services, (pod) => pod.component)) {
    expect({ component, nodes: perNode(pods).size }).toEqual({ component, nodes: pods.length });
  }
});

it('every GPU gets one worker, and who finds none waits', async () => {
  // Training has one of them.
  const free = GPUS - 1;
  await timed(`${free} workers run on the ${free} GPUs that are free`, () => scale(GPUS + 2, free));
  const pods = remaining(await cluster.pods(NAMESPACE));
  const users = pods.filter(({ component }) => ['inference-worker', 'training'].includes(component));
  const placed = perNode(users);
  expect(placed.size).toBe(GPU_NODES);
  expect(new Set(placed.values())).toEqual(new Set([GPUS_PER_NODE]));
  const waiting = users.filter(({ node }) => node === undefined);
  expect(waiting.map(({ phase }) => phase)).toEqual(['Pending', 'Pending', 'Pending']);
  const { status } = await cluster.get<{ status: { conditions: { message: string }[] } }>(
    'pod',
    waiting[0]!.name,
    '--namespace',
    NAMESPACE,
  );
  expect(status.conditions[0]!.message).toContain(`${GPU_NODES + MIG_NODES + PLAIN_NODES} Insufficient nvidia.com/gpu`);
});

it('a node that is drained gives its workers back to the queue, and takes some again', async () => {
  await cluster.kubectl('drain', 'a100-0', '--delete-emptydir-data', '--timeout=180s');
  const pods = remaining(await cluster.pods(NAMESPACE, 'inference-worker'));
  expect(pods.filter(({ node }) => node === 'a100-0')).toEqual([]);
  expect(pods.filter(({ node }) => node === undefined)).toHaveLength(3 + GPUS_PER_NODE);
  await cluster.kubectl('uncordon', 'a100-0');
  await untilRunning(GPUS - 1);
});

it('a quarter of the workers may be away, and one pod of a service: the second waits for the first', async () => {
  const name = ['poddisruptionbudget/spectrawl-inference-worker', '--namespace', NAMESPACE];
  await cluster.kubectl('wait', ...name, `--for=jsonpath={.status.currentHealthy}=${GPUS - 1}`, '--timeout=120s');
  const { status } = await cluster.get<{ status: { disruptionsAllowed: number } }>(...name);
  // The share is of those that are wanted, rounded up; three wait, and so are away already.
  expect(status.disruptionsAllowed).toBe(Math.ceil((GPUS + 2) / 4) - 3);

  const nodes = (await cluster.pods(NAMESPACE, 'selection')).map(({ node }) => node!);
  expect(nodes).toHaveLength(2);
  const drain = async (node: string, timeout: string) => {
    const selector = 'app.kubernetes.io/component=selection';
    return await cluster.kubectl(
      'drain',
      node,
      '--pod-selector',
      selector,
      '--delete-emptydir-data',
      '--timeout',
      timeout,
    );
  };
  // With nowhere to go, the first one's successor is not ready.
  await cluster.kubectl('cordon', ...PLAIN);
  try {
    await drain(nodes[0]!, '180s');
    await expect(drain(nodes[1]!, '20s')).rejects.toThrow("violate the pod's disruption budget");
    await cluster.kubectl('uncordon', ...PLAIN);
    await cluster.kubectl('rollout', 'status', 'deployment/spectrawl-selection', '--namespace', NAMESPACE);
    await drain(nodes[1]!, '180s');
  } finally {
    await cluster.kubectl('uncordon', ...PLAIN);
  }
});

it('slices of GPUs go to workers that ask for them, and whole GPUs to none of these', async () => {
  await cluster.helm('upgrade', ...RELEASE, CHART, ...workers(0));
  // `kubectl wait --for=delete` asks for one pod after the other, ten in a second.
  await vi.waitUntil(async () => (await cluster.pods(NAMESPACE, 'inference-worker')).length === 0, PATIENCE);
  const slices = MIG_NODES * SLICES_PER_NODE;
  await cluster.helm('upgrade', ...RELEASE, CHART, ...workers(slices + 1, 'nvidia.com/mig-1g.10gb'));
  await untilRunning(slices);
  const pods = remaining(await cluster.pods(NAMESPACE, 'inference-worker'));
  const placed = perNode(pods);
  expect(new Set([...placed.keys()].map(kindOf))).toEqual(new Set(['slices']));
  expect([...placed.values()]).toEqual(Array.from({ length: MIG_NODES }, () => SLICES_PER_NODE));
  expect(pods.filter(({ node }) => node === undefined)).toHaveLength(1);
});

it('services push training and scoring aside where room is short, and are pushed by none', async () => {
  // Workers without GPUs, of two processors each: more than the plain nodes have room for.
  const onProcessors = (ingestion: number) =>
    cluster.options('mesh', {
      'priorityClasses.create': true,
      'defaults.priorityClassName': '',
      'services.labelling.priorityClassName': '',
      'services.inference-worker.replicas': 40,
      'services.ingestion.replicas': ingestion,
    });
  const services = ['ingestion', 'inference', 'selection', 'labelling'];
  const untilRolledOut = async () => {
    for (const service of services) {
      await cluster.kubectl('rollout', 'status', `deployment/spectrawl-${service}`, '--namespace', NAMESPACE);
    }
  };
  await cluster.helm('uninstall', ...RELEASE, '--wait', '--timeout', '5m');
  await cluster.helm('install', ...RELEASE, CHART, ...onProcessors(2));
  await untilRolledOut();
  await vi.waitUntil(async () => {
    const waiting = await cluster.get<{ items: { status: { conditions?: { reason?: string }[] } }[] }>(
      'pods',
      '--namespace',
      NAMESPACE,
      '--selector',
      'app.kubernetes.io/component=inference-worker',
      '--field-selector=status.phase=Pending',
    );
    const { items } = waiting;
    return items.length > 0 && items.every(({ status }) => status.conditions?.[0]?.reason === 'Unschedulable');
  }, PATIENCE);

  // Ten more of one processor: no plain node has two of them left.
  await cluster.helm('upgrade', ...RELEASE, CHART, ...onProcessors(12));
  await untilRolledOut();
  const { items } = await cluster.get<{ items: { involvedObject: { name: string } }[] }>(
    'events',
    '--namespace',
    NAMESPACE,
    '--field-selector',
    'reason=Preempted',
  );
  const pushed = items.map(({ involvedObject }) => /^spectrawl-(inference-worker|training)-/.exec(involvedObject.name));
  expect(pushed.length).toBeGreaterThan(0);
  expect(pushed).not.toContain(null);
});
