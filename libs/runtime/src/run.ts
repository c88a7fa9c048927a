import 'reflect-metadata';
import type { DescService } from '@bufbuild/protobuf';
import type { DynamicModule, INestApplicationContext, Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { EventType } from '@spectrawl/contracts';
import { openDatabase } from '@spectrawl/database';
import { openEventBus, openLedger, type Ledger } from '@spectrawl/event-bus';
import { connect, createServer, type Channel, type ServiceHandlers } from '@spectrawl/grpc';
import { openObjectStore } from '@spectrawl/object-store';
import { logger, startTelemetry } from '@spectrawl/telemetry';
import { connectOptions, fromHere, serverOptions } from './access-options.ts';
import type { Config } from './config.ts';
import { drain } from './drain.ts';
import { CLOCK, clientOf, CONFIG, DATABASE, LEDGER, LOGGER, OBJECT_STORE, type Clock } from './injection.ts';
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
  /** Takes no new work, finishes or hands back what is under way, and closes everything. */
  stop(): Promise<void>;
}

/** What a service was given to run with. */
interface Hosted {
  definition: ServiceDefinition;
  ledger: Ledger<unknown>;
  module: DynamicModule;
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

    const database = await openDatabase(config.database);
    undo.defer(() => database.close());
    readiness.add('database', () => database.check());
    const objectStore = await openObjectStore(config.objectStore);
    readiness.add('object store', () => objectStore.check());
    const bus = await openEventBus(config.eventBus, { database });
    undo.defer(() => bus.close());
    readiness.add('event bus', () => bus.check());

    let address = `${config.grpc.host}:${config.grpc.port}`;
    const outgoing = connectOptions(config.grpc);
    const channels = new Map<string, Channel>();
    undo.defer(() => channels.forEach((channel) => channel.close()));
    const channelTo = (service: DescService): Channel => {
      const name = serviceWord(service);
      const known = channels.get(name);
      if (known) return known;
      const channel = connect(() => config.addresses[name] ?? fromHere(address), outgoing);
      channels.set(name, channel);
      return channel;
    };

    await bus.ensureTopics(topicsOf(definitions));
    const hosted: Hosted[] = [];
    for (const definition of definitions) {
      const serviceDatabase = await database.forService<unknown>(definition.name, definition.migrations);
      const ledger = await openLedger({
        database: serviceDatabase,
        bus,
        source: `spectrawl/${definition.name}`,
        clock: () => clock().getTime(),
        retention: { outbox: config.ledger.outboxRetention, inbox: config.ledger.inboxRetention },
      });
      // Also where the start fails half-way: an open ledger would go on reading a database that is closed.
      undo.defer(() => ledger.close());
      const providers: Provider[] = [
        { provide: CONFIG, useValue: config.services[definition.name] },
        { provide: DATABASE, useValue: serviceDatabase },
        { provide: LEDGER, useValue: ledger },
        { provide: OBJECT_STORE, useValue: objectStore },
        { provide: CLOCK, useValue: clock },
        { provide: LOGGER, useValue: logger(definition.name) },
        ...definition.calls.map((service) => ({
          provide: clientOf(service),
          useValue: channelTo(service).client(service),
        })),
      ];
      hosted.push({ definition, ledger, module: moduleOf(definition, providers) });
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
      await Promise.all(hosted.map(({ ledger }) => ledger.close()));
    });

    for (const { definition, ledger, module } of hosted) {
      for (const { event, consumer, concurrency } of definition.consumes) {
        const handler = provided(application, module, consumer);
        await ledger.consume(event, (message, received) => handler.handle(message, received), {
          concurrency: concurrency?.(config.services[definition.name] as never) ?? 1,
          // A campaign waits for each of its events: a service that is away for an hour must not end it.
          retry: { attempts: Infinity },
        });
      }
    }
    const watched = hosted.map(({ definition: { name, consumes }, ledger }) => {
      return { name, ledger, hears: consumes.map(({ event }) => event) };
    });
    const endWatch = watchEvents(bus, watched, clock);
    undo.defer(() => Promise.resolve(endWatch()));
    await readiness.up();
    log.info(
      { address, operations: operationsAddress, services: definitions.map(({ name }) => name) },
      'services are up',
    );
    const started = undo.move();
    let stopping: Promise<void> | undefined;
    const end = { announce: () => readiness.drain(), finish: () => started.disposeAsync(), ...config.drain };
    return { address, operationsAddress, stop: () => (stopping ??= drain(end)) };
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
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
