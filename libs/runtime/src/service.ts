import type { DescMessage, DescService, MessageShape } from '@bufbuild/protobuf';
import type { ModuleMetadata, Type } from '@nestjs/common';
import type { EventType } from '@spectrawl/contracts';
import type { ReceivedEvent } from '@spectrawl/event-bus';
import type { ServiceHandlers } from '@spectrawl/grpc';
import type { z } from 'zod';

/** Handles one kind of event. It only translates: the work is a use case's. A rejection is delivered again. */
export interface EventConsumer<Desc extends DescMessage> {
  handle(message: MessageShape<Desc>, event: ReceivedEvent): Promise<void>;
}

/** An event that a service consumes and the provider that handles it. */
export interface Consumption {
  readonly event: EventType;
  readonly consumer: Type<EventConsumer<DescMessage>>;
  /** How many events it handles at a time, from the service's config; default 1. */
  readonly concurrency?: (config: never) => number;
}

/** A gRPC service and the provider that answers it. */
export interface GrpcBinding {
  readonly service: DescService;
  readonly controller: Type<object>;
}

/** Answers on a port of its own by another protocol than gRPC, such as HTTP to browsers. */
export interface Listener {
  /**
   * Starts to answer. The services of this process can be called by now.
   * @returns `host:port`, or undefined where the configuration does not let it answer
   * @throws when the port is taken
   */
  listen(): Promise<string | undefined>;
  /** Takes no new work, and ends what is under way. */
  close(): Promise<void>;
}

/** A service as plain data: what it is called, what it needs, what it answers, what it hears and says. */
export interface ServiceDefinition {
  /** One word: also its folder, package, proto package, topic prefix, database schema and section in the configuration. */
  readonly name: string;
  /** Its section of the configuration: a strict object whose defaults run. */
  readonly config: z.ZodType;
  /**
   * The folder of its SQL migrations, as a `file:` URL that ends in a slash. Absent: the service keeps nothing, so it has neither
   * DATABASE nor LEDGER nor OBJECT_STORE, and hears and says nothing.
   */
  readonly migrations?: URL;
  readonly grpc: readonly GrpcBinding[];
  readonly consumes: readonly Consumption[];
  readonly produces: readonly EventType[];
  /** Other services that it calls; each can be injected by `clientOf`. */
  readonly calls: readonly DescService[];
  /** Other services that it calls only for those who call it, with their tokens; each can be injected by `clientOf`. */
  readonly forwards?: readonly DescService[];
  /** The provider that answers on a port of its own. */
  readonly listens?: Type<Listener>;
  readonly module: ModuleMetadata;
}

/** Types a service definition. */
export function defineService(definition: ServiceDefinition): ServiceDefinition {
  return definition;
}

/** Binds a gRPC service to a controller that has a method for each of its RPCs. */
export function answers<S extends DescService>(service: S, controller: Type<ServiceHandlers<S>>): GrpcBinding {
  return { service, controller: controller as Type<object> };
}

/** Binds an event to the provider that handles it. */
export function hears<Desc extends DescMessage, Config = never>(
  event: EventType<Desc>,
  consumer: Type<EventConsumer<Desc>>,
  concurrency?: (config: Config) => number,
): Consumption {
  return {
    event: event as unknown as EventType,
    consumer: consumer as unknown as Type<EventConsumer<DescMessage>>,
    ...(concurrency && { concurrency: concurrency as (config: never) => number }),
  };
}

/** Forgets the message type of an event, for lists of events. */
export function says(...events: readonly { topic: string }[]): EventType[] {
  return events as EventType[];
}
