import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import {
  InferenceService,
  IngestionService,
  LabellingService,
  SelectionService,
  TrainingService,
} from '@spectrawl/contracts';

const transport = createConnectTransport({ baseUrl: '/rpc', useBinaryFormat: true });

/** Clients of the services, typed by their contracts. The workbench forwards each call in the name of whoever is signed in. */
export const ingestion = createClient(IngestionService, transport);
export const training = createClient(TrainingService, transport);
export const inference = createClient(InferenceService, transport);
export const selection = createClient(SelectionService, transport);
export const labelling = createClient(LabellingService, transport);
