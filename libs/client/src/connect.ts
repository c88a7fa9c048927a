import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';
import { connect, isServing, type Channel, type ServiceClient } from '@spectrawl/grpc';
import {
  connectOptionsOf,
  DEFAULT_ADDRESS,
  oneAddress,
  SERVICES,
  type Connection,
  type ServiceName,
} from './connection.ts';

/** Typed clients of every service of a deployment. */
export interface Spectrawl {
  /** `host:port` of each service */
  readonly addresses: Readonly<Record<ServiceName, string>>;
  readonly ingestion: ServiceClient<typeof IngestionService>;
  readonly training: ServiceClient<typeof TrainingService>;
  readonly inference: ServiceClient<typeof InferenceService>;
  readonly selection: ServiceClient<typeof SelectionService>;
  readonly labelling: ServiceClient<typeof LabellingService>;
  /** Whether all of them answer by now. @throws {RpcError} when the caller may not ask */
  serving(): Promise<boolean>;
  close(): void;
}

/** @param to `host:port` at which all services answer, or a whole connection; it is made by the first call */
export function connectSpectrawl(to: string | Connection = DEFAULT_ADDRESS): Spectrawl {
  const connection = typeof to === 'string' ? oneAddress(to) : to;
  const options = connectOptionsOf(connection);
  const { addresses } = connection;
  // Services at one address share a channel.
  const channels = new Map<string, Channel>(
    SERVICES.map((name) => [addresses[name], connect(addresses[name], options)]),
  );
  const channel = (name: ServiceName): Channel => channels.get(addresses[name])!;
  return {
    addresses,
    ingestion: channel('ingestion').client(IngestionService),
    training: channel('training').client(TrainingService),
    inference: channel('inference').client(InferenceService),
    selection: channel('selection').client(SelectionService),
    labelling: channel('labelling').client(LabellingService),
    serving: async () => (await Promise.all([...channels.values()].map((one) => isServing(one)))).every(Boolean),
    close: () => channels.forEach((one) => one.close()),
  };
}
