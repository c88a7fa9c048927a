import type { DescService } from '@bufbuild/protobuf';
import type { FactoryProvider } from '@nestjs/common';
import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import type { ServiceClient } from '@spectrawl/grpc';
import { clientOf } from '@spectrawl/runtime';

/** The services that the page speaks with. */
export const FORWARDED: readonly DescService[] = [
  IngestionService,
  TrainingService,
  InferenceService,
  SelectionService,
  LabellingService,
];

/** A client of each service that the page speaks with, on behalf of whoever asks. */
export type ClientsOfServices = ReadonlyMap<DescService, ServiceClient<DescService>>;

/** Token of {@link ClientsOfServices}. */
export const clientsOfServices = Symbol('clients of the services');

export const clientsProvider: FactoryProvider<ClientsOfServices> = {
  provide: clientsOfServices,
  inject: FORWARDED.map(clientOf),
  useFactory: (...clients: ServiceClient<DescService>[]) =>
    new Map(FORWARDED.map((service, index) => [service, clients[index]!])),
};
