import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import { connect, type Channel, type ConnectOptions, type Role, type ServiceClient } from '@spectrawl/grpc';
import { DeploymentCredentials } from '../deployment-credentials.ts';
import { freePorts } from '../servers/native/free-ports.ts';
import { embeddedPlaces, placesOn, type FreshPlaces, type ServerPlaces } from './fresh-places.ts';
import { ServiceProcess } from './service-process.ts';
import { ALL_IN_ONE, SEPARATE_SERVICES, WORKER } from './services.ts';

/** How services are run: in one process on embedded adapters, in one on real servers, or each in its own on real servers. */
export type Shape = 'embedded' | 'one process' | 'separate processes';

export interface DeploymentOptions {
  shape: Shape;
  /** The real servers, which others may use, too; needed by all shapes but the embedded one. */
  servers?: ServerPlaces;
  /** The folder in which the embedded shape keeps its data; default the system's for temporary files. */
  disk?: string;
  /** Inference workers of the separate processes; default 2. */
  workers?: number;
  /** Sections of the services, e.g. `{ ingestion: { shardRows: 100 } }`. */
  services?: Readonly<Record<string, object>>;
  /** Further environment of a process, e.g. another clock. */
  environment?: (process: string, index: number) => NodeJS.ProcessEnv;
}

const LOOPBACK = '127.0.0.1';

/**
 * A whole deployment with data of its own: real processes, started from what is compiled. It has clients of every service, which
 * outlive restarts of the services.
 */
export class Deployment {
  readonly shape: Shape;
  readonly processes: readonly ServiceProcess[];
  readonly #folder: string;
  readonly #places: FreshPlaces;
  /** Absent in the embedded shape, which asks nobody who they are. */
  readonly credentials: DeploymentCredentials | undefined;
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #channels = new Map<string, Channel>();

  private constructor(
    shape: Shape,
    folder: string,
    places: FreshPlaces,
    credentials: DeploymentCredentials | undefined,
    processes: readonly ServiceProcess[],
    addresses: ReadonlyMap<string, string>,
  ) {
    this.shape = shape;
    this.processes = processes;
    this.#folder = folder;
    this.#places = places;
    this.credentials = credentials;
    this.#addresses = addresses;
  }

  /** Prepares a deployment on fresh data; nothing runs yet. Remove it in the end. */
  static async prepare(options: DeploymentOptions): Promise<Deployment> {
    const { shape, servers, workers = 2, services = {}, environment = () => ({}) } = options;
    if (shape !== 'embedded' && servers === undefined) throw new TypeError(`the shape "${shape}" needs real servers`);
    const hosted =
      shape === 'separate processes'
        ? SEPARATE_SERVICES.flatMap((service) =>
            Array.from({ length: service.name === WORKER ? workers : 1 }, (_, index) => ({ ...service, index })),
          )
        : [{ ...ALL_IN_ONE, index: 0 }];
    const folder = await mkdtemp(join(tmpdir(), 'spectrawl-deployment-'));
    const places = servers && shape !== 'embedded' ? await placesOn(servers) : await embeddedPlaces(options.disk);
    const credentials = shape === 'embedded' ? undefined : await DeploymentCredentials.create();
    const ports = await freePorts(hosted.length);
    const addresses = new Map(hosted.map(({ name, index }, i) => [`${name} ${index}`, `${LOOPBACK}:${ports[i]}`]));
    const config = join(folder, 'services.yaml');
    const calledByName = hosted.filter(({ name }) => name !== WORKER && name !== ALL_IN_ONE.name);
    const document = {
      ...places.sections,
      ...credentials?.sections,
      addresses: Object.fromEntries(calledByName.map(({ name, index }) => [name, addresses.get(`${name} ${index}`)])),
      services,
    };
    // JSON is YAML.
    await writeFile(config, JSON.stringify(document, undefined, 2), { mode: 0o600 });
    const processes = hosted.map(({ name, index, main }, i) => {
      const address = `${LOOPBACK}:${ports[i]}`;
      return new ServiceProcess({
        name: name === WORKER ? `${name} ${index}` : name,
        main,
        config,
        address,
        environment: {
          ...withoutSettings(process.env),
          LOG_LEVEL: 'info',
          LOG_FORMAT: 'json',
          SPECTRAWL_GRPC__PORT: String(ports[i]),
          ...environment(name, index),
        },
        connect: () => connect(address, credentials?.connectOptions()),
      });
    });
    return new Deployment(shape, folder, places, credentials, processes, addresses);
  }

  /** Starts what does not run, and waits until all of it serves. @throws {ServiceProcessError} */
  async start(): Promise<void> {
    await allDone(this.processes.map((one) => one.start()));
  }

  /** Lets all processes finish or hand back their work, and ends them. @throws {ServiceProcessError} */
  async stop(): Promise<void> {
    this.#disconnect();
    await allDone(this.processes.map((one) => one.stop()));
  }

  /** Ends all processes without warning, as when the machine goes down. */
  async kill(): Promise<void> {
    this.#disconnect();
    await Promise.all(this.processes.map((one) => one.kill()));
  }

  /** Ends whatever runs and removes the data. */
  async remove(): Promise<void> {
    await this.kill();
    await this.#places.remove();
    await this.credentials?.remove();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /**
   * @param name the service, e.g. `selection` or `inference-worker`; `all` where one process hosts all
   * @param index which of several workers, from 0
   */
  process(name: string, index = 0): ServiceProcess {
    const address = this.#addresses.get(`${name} ${index}`);
    const found = this.processes.find((one) => one.address === address);
    if (found === undefined) throw new RangeError(`this deployment (${this.shape}) has no process "${name}" ${index}`);
    return found;
  }

  /** The sections of its configuration that say where it keeps everything, to look there past the services. */
  get sections(): FreshPlaces['sections'] {
    return this.#places.sections;
  }

  /** `host:port` at which a service answers. */
  addressOf(service: string): string {
    return this.process(this.shape === 'separate processes' ? service : ALL_IN_ONE.name).address;
  }

  /** How a client connects in somebody's name; in the embedded shape nobody is asked for it. */
  connectOptions(role: Role = 'operator', name: string = role): ConnectOptions {
    return this.credentials?.connectOptions(role, name) ?? {};
  }

  get ingestion(): ServiceClient<typeof IngestionService> {
    return this.#client('ingestion', IngestionService);
  }
  get labelling(): ServiceClient<typeof LabellingService> {
    return this.#client('labelling', LabellingService);
  }
  get selection(): ServiceClient<typeof SelectionService> {
    return this.#client('selection', SelectionService);
  }
  get training(): ServiceClient<typeof TrainingService> {
    return this.#client('training', TrainingService);
  }
  get inference(): ServiceClient<typeof InferenceService> {
    return this.#client('inference', InferenceService);
  }

  #client<S extends DescService>(name: string, service: S): ServiceClient<S> {
    const address = this.addressOf(name);
    const channel = this.#channels.get(address) ?? connect(address, this.connectOptions());
    this.#channels.set(address, channel);
    return channel.client(service);
  }

  #disconnect(): void {
    for (const channel of this.#channels.values()) channel.close();
    this.#channels.clear();
  }
}

/** Settings of whoever runs the tests are not for the services that they start. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !(name.startsWith('SPECTRAWL_') && name.includes('__'))),
  );
}

/** Waits for all of them, also when one fails: none is left behind half started. */
async function allDone(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}
