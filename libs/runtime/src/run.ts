import 'reflect-metadata';
import type { DescService } from '@bufbuild/protobuf';
import type { DynamicModule, INestApplicationContext, Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { EventType } from '@spectrawl/contracts';
import { openDatabase, type DatabaseServer } from '@spectrawl/database';
import { openEventBus, openLedger, type EventBus, type Ledger } from '@spectrawl/event-bus';
import { connect, createServer, type Channel, type ConnectOptions, type ServiceHandlers } from '@spectrawl/grpc';
import { openObjectStore, type ObjectStore } from '@spectrawl/object-store';
import { logger, startTelemetry } from '@spectrawl/telemetry';
import { connectOptions, fromHere, serverOptions } from './access-options.ts';
import type { Config } from './config.ts';
import { drain } from './drain.ts';
import {
  AUTHENTICATOR,
  CLOCK,
  clientOf,
  CONFIG,
  DATABASE,
  LEDGER,
  LOGGER,
  OBJECT_STORE,
  type Clock,
} from './injection.ts';
import { OperationsServer } from './operations-server.ts';
import { Readiness } from './readiness.ts';
import type { ServiceDefinition } from './service.ts';
import { watchEvents } from './service-metrics.ts';
import { VERSION } from './version.ts';

const log = logger('runtime');

/** milliseconds between two looks at whether the process can do its work */
const READINESS_INTERVAL = 1_000;

/** Running services. */
export interface RunningServices {
  /** `host:port` on which all of them answer. */
  readonly address: string;
  /** `host:port` at which it tells how it is, where it does. */
  readonly operationsAddress: string | undefined;
  /** `host:port` of each service that answers on a port of its own, by the service's name. */
  readonly ownAddresses: Readonly<Record<string, string>>;
  /** Takes no new work, finishes or hands back what is under way, and closes everything. */
  stop(): Promise<void>;
}

/** What a service was given to run with. */
interface Hosted {
  definition: ServiceDefinition;
  /** Absent where the service keeps nothing. */
  ledger: Ledger<unknown> | undefined;
  module: DynamicModule;
}

/** Where services keep everything. */
interface Places {
  database: DatabaseServer;
  objectStore: ObjectStore;
  bus: EventBus;
}

/**
 * Hosts services in this process: one, or all of them; they can't tell. They call each other over gRPC either way.
 * @throws when the configuration can't be realised: a port is taken, a directory is in use, a migration fails
 */
export async function runServices(
  definitions: readonly ServiceDefinition[],
  config: Config,
  clock: Clock = () => new Date(),
): Promise<RunningServices> {
  const undo = new AsyncDisposableStack();
  try {
    const [first] = definitions;
    const service = definitions.length === 1 && first ? first.name : 'all';
    const telemetry = await startTelemetry({ service, version: VERSION, pull: config.operations !== undefined });
    undo.defer(() => telemetry.stop());
    const access = serverOptions(config);
    const readiness = new Readiness(READINESS_INTERVAL);
    undo.defer(() => readiness.stop());
    const authenticator = config.operations?.metrics === 'everybody' ? undefined : access.authenticator;
    const operations = new OperationsServer({ readiness, telemetry, authenticator });
    undo.defer(() => operations.close());
    // Before anything that may have to be waited for: whoever started the process can see that it lives.
    const operationsAddress = config.operations && (await operations.listen(config.operations));

    const places = definitions.some(keepsState) ? await openPlaces(config, readiness, undo) : undefined;

    let address = `${config.grpc.host}:${config.grpc.port}`;
    const outgoing = connectOptions(config.grpc);
    const channels = new Map<string, Channel>();
    undo.defer(() => channels.forEach((channel) => channel.close()));
    const channelTo = (service: DescService, options: ConnectOptions): Channel => {
      const name = serviceWord(service);
      const key = options === outgoing ? name : `${name} for callers`;
      const known = channels.get(key);
      if (known) return known;
      const channel = connect(() => config.addresses[name] ?? fromHere(address), options);
      channels.set(key, channel);
      return channel;
    };
    // What is asked on behalf of a caller must never be asked in the name of this process.
    const forCallers: ConnectOptions = { ...outgoing, token: undefined };

    await places?.bus.ensureTopics(topicsOf(definitions));
    const hosted: Hosted[] = [];
    for (const definition of definitions) {
      const kept = places && keepsState(definition) ? await openState(definition, places, config, clock) : undefined;
      // Also where the start fails half-way: an open ledger would go on reading a database that is closed.
      undo.defer(async () => kept?.ledger.close());
      const clients = (services: readonly DescService[], options: ConnectOptions): Provider[] =>
        services.map((service) => ({
          provide: clientOf(service),
          useValue: channelTo(service, options).client(service),
        }));
      const providers: Provider[] = [
        { provide: CONFIG, useValue: config.services[definition.name] },
        ...(kept?.providers ?? []),
        { provide: CLOCK, useValue: clock },
        { provide: LOGGER, useValue: logger(definition.name) },
        { provide: AUTHENTICATOR, useValue: access.authenticator },
        ...clients(definition.calls, outgoing),
        ...clients(definition.forwards ?? [], forCallers),
      ];
      hosted.push({ definition, ledger: kept?.ledger, module: moduleOf(definition, providers) });
    }

    const root = { module: class SpectrawlModule {}, imports: hosted.map(({ module }) => module) };
    const application = await NestFactory.createApplicationContext(root, {
      logger: ['error', 'warn'],
      abortOnError: false,
    });
    undo.defer(() => application.close());

    const server = createServer(access);
    for (const { definition, module } of hosted) {
      for (const { service, controller } of definition.grpc) {
        server.add(service, provided(application, module, controller) as ServiceHandlers<DescService>);
      }
    }
    address = `${config.grpc.host}:${await server.listen(config.grpc.host, config.grpc.port)}`;
    undo.defer(() => server.close());
    readiness.onChange(({ ready }) => server.setServing(ready));
    // Consumers stop before the server does: what they have in hand may still call other services.
    undo.defer(async () => {
      await Promise.all(hosted.flatMap(({ ledger }) => (ledger ? [ledger.close()] : [])));
    });

    const ownAddresses: Record<string, string> = {};
    for (const { definition, module } of hosted) {
      if (definition.listens === undefined) continue;
      const listener = provided(application, module, definition.listens);
      undo.defer(() => listener.close());
      const own = await listener.listen();
      if (own !== undefined) ownAddresses[definition.name] = own;
    }

    for (const { definition, ledger, module } of hosted) {
      if (ledger === undefined) continue;
      for (const { event, consumer, concurrency } of definition.consumes) {
        const handler = provided(application, module, consumer);
        await ledger.consume(event, (message, received) => handler.handle(message, received), {
          concurrency: concurrency?.(config.services[definition.name] as never) ?? 1,
          // A campaign waits for each of its events: a service that is away for an hour must not end it.
          retry: { attempts: Infinity },
        });
      }
    }
    const watched = hosted.flatMap(({ definition: { name, consumes }, ledger }) =>
      ledger ? [{ name, ledger, hears: consumes.map(({ event }) => event) }] : [],
    );
    if (places) {
      const endWatch = watchEvents(places.bus, watched, clock);
      undo.defer(() => Promise.resolve(endWatch()));
    }
    await readiness.up();
    log.info(
      { address, operations: operationsAddress, ownAddresses, services: definitions.map(({ name }) => name) },
      'services are up',
    );
    const started = undo.move();
    let stopping: Promise<void> | undefined;
    const end = { announce: () => readiness.drain(), finish: () => started.disposeAsync(), ...config.drain };
    return { address, operationsAddress, ownAddresses, stop: () => (stopping ??= drain(end)) };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

/** A service that keeps something has migrations. */
type Keeping = ServiceDefinition & { readonly migrations: URL };

function keepsState(definition: ServiceDefinition): definition is Keeping {
  return definition.migrations !== undefined;
}

async function openPlaces(config: Config, readiness: Readiness, undo: AsyncDisposableStack): Promise<Places> {
  const database = await openDatabase(config.database);
  undo.defer(() => database.close());
  readiness.add('database', () => database.check());
  const objectStore = await openObjectStore(config.objectStore);
  readiness.add('object store', () => objectStore.check());
  const bus = await openEventBus(config.eventBus, { database });
  undo.defer(() => bus.close());
  readiness.add('event bus', () => bus.check());
  return { database, objectStore, bus };
}

async function openState(
  { name, migrations }: Keeping,
  { database, objectStore, bus }: Places,
  { ledger: { outboxRetention, inboxRetention } }: Config,
  clock: Clock,
): Promise<{ ledger: Ledger<unknown>; providers: Provider[] }> {
  const serviceDatabase = await database.forService<unknown>(name, migrations);
  const ledger = await openLedger({
    database: serviceDatabase,
    bus,
    source: `spectrawl/${name}`,
    clock: () => clock().getTime(),
    retention: { outbox: outboxRetention, inbox: inboxRetention },
  });
  const providers: Provider[] = [
    { provide: DATABASE, useValue: serviceDatabase },
    { provide: LEDGER, useValue: ledger },
    { provide: OBJECT_STORE, useValue: objectStore },
  ];
  return { ledger, providers };
}

function serviceWord(service: DescService): string {
  const [, word] = service.typeName.split('.');
  if (word === undefined) throw new TypeError(`${service.typeName} is no service of the form spectrawl.<service>.v1`);
  return word;
}

function topicsOf(definitions: readonly ServiceDefinition[]): { topic: string; partitions: number }[] {
  const events = new Map<string, EventType>();
  for (const { produces, consumes } of definitions) {
    for (const event of [...produces, ...consumes.map((consumption) => consumption.event)])
      events.set(event.topic, event);
  }
  return [...events.values()].map(({ topic, partitions }) => ({ topic, partitions }));
}

function moduleOf(definition: ServiceDefinition, providers: Provider[]): DynamicModule {
  const module = { [definition.name]: class {} }[definition.name]!;
  return { module, ...definition.module, providers: [...providers, ...(definition.module.providers ?? [])] };
}

function provided<T>(
  application: INestApplicationContext,
  module: DynamicModule,
  type: abstract new (...args: never[]) => T,
): T {
  return application.select(module).get(type as new (...args: never[]) => T, { strict: true });
}
