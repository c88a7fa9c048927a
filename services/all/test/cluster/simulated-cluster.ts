import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '@spectrawl/testing';
import { vi } from 'vitest';
import { parseAllDocuments } from 'yaml';

const run = promisify(execFile);
export const CHART = `${repositoryRoot}helm/spectrawl`;

/** What `kubectl` and `helm` print may be the manifests of thousands of pods, in bytes. */
const MOST_OUTPUT = 256 * 1024 ** 2;

/** Milliseconds. How long the cluster takes over something depends on the machine alone. */
export const PATIENCE = { timeout: 300_000, interval: 500 };

/** A profile of the chart that helm/check renders, too. */
export const PROFILES = ['trial', 'external', 'operators', 'gpu', 'mesh'] as const;
export type Profile = (typeof PROFILES)[number];

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; [key: string]: unknown };
  [key: string]: unknown;
}

/** A kind of simulated nodes: `count` of them, dealt out to `zones` in turn. */
export interface NodeKind {
  name: string;
  count: number;
  zones: number;
  cpus: number;
  /** besides processors and memory, such as `nvidia.com/gpu: 8` */
  devices?: Record<string, number>;
  labels?: Record<string, string>;
  /** keys of taints with the effect NoSchedule */
  taints?: string[];
}

/** Where a pod of a release is, and how it is. */
export interface PlacedPod {
  name: string;
  component: string;
  /** undefined while it waits for one */
  node: string | undefined;
  phase: string;
  ending: boolean;
}

/** What a program of the control plane has taken so far. */
export interface Consumption {
  program: string;
  memoryMiB: number;
  processorSeconds: number;
}

/** A refusal, with what `kubectl` or `helm` printed. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** A real control plane with nodes that kwok simulates: `deploy/cluster/simulated` has begun it, and ends it. */
export class SimulatedCluster {
  readonly #folder: string;
  readonly #cluster: string;

  private constructor(folder: string, cluster: string) {
    this.#folder = folder;
    this.#cluster = cluster;
  }

  static async find(): Promise<SimulatedCluster> {
    const { CLUSTER: cluster, KUBECONFIG: kubeconfig } = process.env;
    if (cluster === undefined || !kubeconfig?.startsWith(cluster)) {
      throw new Error('Run by `make test-scale`: deploy/cluster/simulated brings the cluster');
    }
    // Within the cluster's folder, which goes with it even where the tests are interrupted.
    return new SimulatedCluster(await mkdtemp(join(cluster, 'manifests-')), cluster);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  /** @throws {RefusedError} with what it printed */
  async kubectl(...args: string[]): Promise<string> {
    return (await this.#run('kubectl', args)).stdout.trim();
  }

  /** @returns what it printed, warnings included @throws {RefusedError} with what it printed */
  async helm(...args: string[]): Promise<string> {
    const { stdout, stderr } = await this.#run('helm', args);
    return `${stdout}${stderr}`;
  }

  async #run(program: string, args: string[]): Promise<{ stdout: string; stderr: string }> {
    try {
      return await run(program, args, { maxBuffer: MOST_OUTPUT });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new RefusedError(`${program} ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
    }
  }

  /** Hands manifests to kubectl: `kubectl ...verb --filename FILE`. */
  async hand(manifests: readonly Manifest[], ...verb: string[]): Promise<string> {
    const file = join(this.#folder, 'manifests.yaml');
    // As JSON, which leaves no doubt of what is text: Kubernetes reads YAML 1.1, in which `off` is a truth value.
    await writeFile(file, manifests.map((manifest) => `---\n${JSON.stringify(manifest)}\n`).join(''));
    return await this.kubectl(...verb, '--filename', file);
  }

  async apply(...manifests: Manifest[]): Promise<void> {
    await this.hand(manifests, 'apply', '--server-side');
  }

  /** Makes the API server know the resources of the operators that the chart may render. */
  async installOperatorsResources(): Promise<void> {
    const schemas = (await run(`${repositoryRoot}helm/tools/schemas`, [])).stdout.trim();
    const rendered = await renderedKinds();
    const definitions = (await documentsIn(`${schemas}/crds`)).flatMap(manifestsOf) as ResourceDefinition[];
    const used = definitions.filter(
      ({ kind, spec }) => kind === 'CustomResourceDefinition' && rendered.has(`${spec.group} ${spec.names.kind}`),
    );
    const open = OPEN_RESOURCES.map(([group, version, kind]) => openResource(group, version, kind));
    await this.apply(...used, ...open);
    await this.kubectl('wait', '--for=condition=Established', 'crd', '--all', '--timeout=300s');
  }

  /** A namespace that takes only pods which obey Kubernetes' strictest rules. */
  async createNamespace(name: string): Promise<void> {
    const rules = {
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
    };
    await this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: rules } });
  }

  /** Makes nodes and waits until they are ready. */
  async createNodes(...kinds: NodeKind[]): Promise<void> {
    await this.hand(kinds.flatMap(nodesOf), 'create');
    const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}';
    // `kubectl wait` asks for one after the other, ten in a second.
    await vi.waitUntil(async () => {
      const states = (await this.kubectl('get', 'nodes', '--output', `jsonpath=${ready}`)).split(' ');
      return states.length >= count(kinds) && states.every((state) => state === 'True');
    }, PATIENCE);
  }

  async removeNodes(): Promise<void> {
    // All by one request: `kubectl delete --all` makes one for each, and waits for one after the other.
    await this.kubectl('delete', '--raw', '/api/v1/nodes');
  }

  /** `--values` of a profile; `--set` of what differs. */
  options(profile: Profile, changes: Readonly<Record<string, string | number | boolean>> = {}): string[] {
    const files = [`${CHART}/ci/${profile}.yaml`];
    if (profile === 'trial') files.unshift(`${CHART}/values-trial.yaml`);
    return [
      ...files.flatMap((file) => ['--values', file]),
      ...Object.entries(changes).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ];
  }

  /** The manifests of a profile, rendered for this cluster, hooks and tests included. */
  async render(profile: Profile, namespace: string): Promise<Manifest[]> {
    const command = ['template', 'spectrawl', CHART, '--validate', '--namespace', namespace];
    const { stdout } = await this.#run('helm', [...command, ...this.options(profile)]);
    return manifestsOf(stdout);
  }

  /** The pods of the releases in a namespace. */
  async pods(namespace: string, component?: string): Promise<PlacedPod[]> {
    const columns = [
      ['NAME', '.metadata.name'],
      ['COMPONENT', '.metadata.labels.app\\.kubernetes\\.io/component'],
      ['NODE', '.spec.nodeName'],
      ['PHASE', '.status.phase'],
      ['ENDING', '.metadata.deletionTimestamp'],
    ].map((column) => column.join(':'));
    const selector = component === undefined ? [] : ['--selector', `app.kubernetes.io/component=${component}`];
    const printed = await this.kubectl(
      'get',
      'pods',
      '--namespace',
      namespace,
      '--no-headers',
      ...selector,
      '--output',
      `custom-columns=${columns.join(',')}`,
    );
    return printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [name, itsComponent, node, phase, ending] = line.split(/\s+/) as [string, string, string, string, string];
        const placed = node === '<none>' ? undefined : node;
        return { name, component: itsComponent, node: placed, phase, ending: ending !== '<none>' };
      });
  }

  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...args, '--output', 'json')) as T;
  }

  /** What each program of the control plane has taken, memory at its highest. */
  async consumption(): Promise<Consumption[]> {
    const processes = (await readFile(join(this.#cluster, 'processes'), 'utf8')).trim().split('\n');
    return await Promise.all(
      processes.map(async (line) => {
        const [id, program] = line.split(' ') as [string, string];
        const status = await readFile(`/proc/${id}/status`, 'utf8');
        const times = (await readFile(`/proc/${id}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
        // proc_pid_stat(5): utime and stime, in hundredths of a second.
        const processorSeconds = (Number(times[11]) + Number(times[12])) / 100;
        return { program, memoryMiB: Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024, processorSeconds };
      }),
    );
  }
}

/** What is known of a kind of resources that an operator brings. */
interface ResourceDefinition extends Manifest {
  spec: { group: string; names: { kind: string } };
}

/** The manifests in a file of YAML, which Kubernetes reads as YAML 1.1. */
function manifestsOf(documents: string): Manifest[] {
  return parseAllDocuments(documents, { version: '1.1' })
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

async function documentsIn(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'));
  return await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
}

/** `group kind` of all that the chart renders for its profiles. */
async function renderedKinds(): Promise<Set<string>> {
  const manifests = (await documentsIn(join(CHART, 'golden'))).join('\n');
  const kinds = manifests.matchAll(/^apiVersion: (?<group>[^/\s]+)\/\S+\nkind: (?<kind>\S+)$/gm);
  return new Set([...kinds].map(({ groups }) => `${groups!['group']} ${groups!['kind']}`));
}

const count = (kinds: readonly NodeKind[]): number => kinds.reduce((sum, kind) => sum + kind.count, 0);

/** Resources whose schemas are in no registry that the tools come from: whatever they hold is taken. */
const OPEN_RESOURCES = [
  ['kafka.strimzi.io', 'v1', 'Kafka'],
  ['kafka.strimzi.io', 'v1', 'KafkaNodePool'],
  ['kafka.strimzi.io', 'v1', 'KafkaUser'],
  ['kafka.strimzi.io', 'v1', 'KafkaTopic'],
  ['postgresql.cnpg.io', 'v1', 'Cluster'],
] as const;

function openResource(group: string, version: string, kind: string): Manifest {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular },
      versions: [{ name: version, served: true, storage: true, schema }],
    },
  };
}

function nodesOf({ name, count, zones, cpus, devices = {}, labels = {}, taints = [] }: NodeKind): Manifest[] {
  const has = { cpu: cpus, memory: '1Ti', 'ephemeral-storage': '1Ti', pods: 250, ...devices };
  return Array.from({ length: count }, (_, index) => {
    const node = `${name}-${index}`;
    const topology = { 'kubernetes.io/hostname': node, 'topology.kubernetes.io/zone': `zone-${index % zones}` };
    return {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: node, labels: { ...topology, ...labels } },
      spec: { taints: taints.map((key) => ({ key, effect: 'NoSchedule' })) },
      status: { capacity: has, allocatable: has },
    };
  });
}
