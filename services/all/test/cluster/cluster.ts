import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import { connect, tokenFromFile, type Channel } from '@spectrawl/grpc';
import type { Clients } from '../faults/small-campaign.ts';

const run = promisify(execFile);

/** What deploy/cluster/test says of the release that it has installed. */
export interface Release {
  name: string;
  namespace: string;
  /** `host:port` of each service. */
  addresses: Readonly<Record<string, string>>;
  /** Where browsers find the page, such as `https://spectrawl-workbench.astronomy.svc:8888`. */
  workbench: string;
  caFile: string;
  tokenFile: string;
  /** Files of values that it was installed with. */
  valueFiles: readonly string[];
}

/** A release on a cluster that kubectl and helm reach, with clients of its services. */
export class Cluster {
  readonly release: Release;
  readonly clients: Clients;
  readonly #channels: readonly Channel[];

  constructor(release: Release) {
    this.release = release;
    const { addresses, caFile, tokenFile } = release;
    const token = tokenFromFile(tokenFile);
    const channels = new Map(
      Object.entries(addresses).map(([name, address]) => [name, connect(address, { tls: { caFile }, token })]),
    );
    this.#channels = [...channels.values()];
    this.clients = {
      ingestion: channels.get('ingestion')!.client(IngestionService),
      labelling: channels.get('labelling')!.client(LabellingService),
      selection: channels.get('selection')!.client(SelectionService),
      training: channels.get('training')!.client(TrainingService),
      inference: channels.get('inference')!.client(InferenceService),
    };
  }

  close(): void {
    for (const channel of this.#channels) channel.close();
  }

  async kubectl(...args: string[]): Promise<string> {
    return (await run('kubectl', ['--namespace', this.release.namespace, ...args])).stdout.trim();
  }

  async helm(...args: string[]): Promise<string> {
    return (await run('helm', ['--namespace', this.release.namespace, ...args])).stdout.trim();
  }

  /** The label selector of the release's pods, or of one component's. */
  selector(component?: string): string {
    const all = `app.kubernetes.io/instance=${this.release.name}`;
    return component === undefined ? all : `${all},app.kubernetes.io/component=${component}`;
  }

  /** Names of a component's pods that have not been told to end. */
  async pods(component: string): Promise<string[]> {
    const { items } = JSON.parse(
      await this.kubectl('get', 'pods', '--selector', this.selector(component), '-o', 'json'),
    ) as {
      items: { metadata: { name: string; deletionTimestamp?: string } }[];
    };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.name);
  }

  /** Takes one of a component's pods away at once, as when its node dies. */
  async kill(component: string): Promise<void> {
    const [pod] = await this.pods(component);
    if (pod === undefined) throw new Error(`no pod of ${component} is there to be killed`);
    await this.kubectl('delete', 'pod', pod, '--grace-period=0', '--force');
  }

  /** Deletes all of a component's pods, which may finish or hand back what they have in hand. */
  async remove(component: string): Promise<void> {
    await this.kubectl('delete', 'pod', '--selector', this.selector(component));
  }

  /** Resolves when every Deployment and StatefulSet of the release has the pods that it should have, all ready. */
  async whole(): Promise<void> {
    const workloads = await this.kubectl(
      'get',
      'deployments,statefulsets',
      '--selector',
      this.selector(),
      '-o',
      'name',
    );
    for (const workload of workloads.split('\n')) {
      await this.kubectl('rollout', 'status', workload, '--timeout=300s');
    }
  }

  /** Evicts the release's pods from every node, as before maintenance, and lets them come back. */
  async drain(): Promise<void> {
    const nodes = (await this.kubectl('get', 'nodes', '-o', 'name')).split('\n');
    try {
      for (const node of nodes) {
        const options = ['--ignore-daemonsets', '--delete-emptydir-data', '--timeout=240s'];
        await this.kubectl('drain', node, '--pod-selector', this.selector(), ...options);
      }
    } finally {
      for (const node of nodes) await this.kubectl('uncordon', node);
    }
  }

  /** Events that are committed and not published, in the trial's database. */
  async unpublished(): Promise<number> {
    const schemas = await this.#query(
      `SELECT table_schema FROM information_schema.tables WHERE table_name = 'outbox' ORDER BY 1`,
    );
    const counts = schemas.map((schema) => `SELECT count(*) AS n FROM "${schema}".outbox WHERE published_at IS NULL`);
    const [sum] = await this.#query(`SELECT sum(n) FROM (${counts.join(' UNION ALL ')}) AS counts`);
    return Number(sum);
  }

  async #query(query: string): Promise<string[]> {
    const database = `statefulset/${this.release.name}-trial-database`;
    const psql = ['psql', '--host=/tmp', '--username=spectrawl', '--tuples-only', '--no-align', '--command', query];
    const password = 'PGPASSWORD=$(cat /run/trial/password) exec "$@"';
    const rows = await this.kubectl('exec', database, '--', 'sh', '-c', password, 'sh', ...psql);
    return rows.split('\n').filter((row) => row !== '');
  }
}
