import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import { connect, type ServiceClient } from '@spectrawl/grpc';

/** Where the one-process services listen unless configured. */
export const DEFAULT_ADDRESS = '127.0.0.1:50051';

/** Typed clients of every service of a deployment. */
export interface Spectrawl {
  readonly address: string;
  readonly ingestion: ServiceClient<typeof IngestionService>;
  readonly training: ServiceClient<typeof TrainingService>;
  readonly inference: ServiceClient<typeof InferenceService>;
  readonly selection: ServiceClient<typeof SelectionService>;
  readonly labelling: ServiceClient<typeof LabellingService>;
  close(): void;
}

/** @param address `host:port` at which the services answer; the connection is made by the first call */
export function connectSpectrawl(address: string = DEFAULT_ADDRESS): Spectrawl {
  const channel = connect(address);
  return {
    address,
    ingestion: channel.client(IngestionService),
    training: channel.client(TrainingService),
    inference: channel.client(InferenceService),
    selection: channel.client(SelectionService),
    labelling: channel.client(LabellingService),
    close: () => channel.close(),
  };
}
