import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabellingService } from '@spectrawl/contracts';
import { connect, type ServiceClient } from '@spectrawl/grpc';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { labellingService } from '../src/service.ts';
import { selectionStandInService, type SelectionStandIn } from './selection-stand-in.ts';

/** A labelling service at work, and a selection that it can't tell from the real one. */
export interface LabellingAtWork {
  labelling: ServiceClient<typeof LabellingService>;
  selection: SelectionStandIn;
  /** Moves the services' clock forward. */
  pass(milliseconds: number): void;
  stop(): Promise<void>;
}

/** Starts labelling on embedded adapters. @param section its configuration, where that is not the default */
export async function startLabelling(section: object = {}): Promise<LabellingAtWork> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-labelling-'));
  let selection: SelectionStandIn | undefined;
  const selectionService = await selectionStandInService(folder, (created) => (selection = created));
  const services = [labellingService, selectionService];
  const config = loadConfig(
    services,
    JSON.stringify({
      grpc: { port: 0 },
      database: { kind: 'pglite', directory: 'memory' },
      objectStore: { kind: 'filesystem', directory: join(folder, 'objects') },
      eventBus: { kind: 'embedded' },
      services: { labelling: section },
    }),
    {},
  );
  let ahead = 0;
  const running = await runServices(services, config, () => new Date(Date.now() + ahead));
  const channel = connect(running.address);
  return {
    labelling: channel.client(LabellingService),
    selection: selection!,
    pass: (milliseconds) => {
      ahead += milliseconds;
    },
    async stop() {
      channel.close();
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
