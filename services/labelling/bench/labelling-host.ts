// Hosts labelling, with a stand-in for selection beside it that draws the batches which its parent asks for. Argument: the
// configuration as JSON. It ends with its parent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labellingService } from '@spectrawl/labelling-service';
import { loadConfig, runServices } from '@spectrawl/runtime';
import { questions, selectionStandInService, type SelectionStandIn } from '../test/selection-stand-in.ts';

/** A batch to be drawn and told of. */
export interface WantedBatch {
  campaignId: string;
  tasks: number;
}

const folder = await mkdtemp(join(tmpdir(), 'spectrawl-labelling-'));
let selection: SelectionStandIn | undefined;
const services = [labellingService, await selectionStandInService(folder, (created) => (selection = created))];
const running = await runServices(services, loadConfig(services, process.argv[2] ?? '', {}));

process.on('message', ({ campaignId, tasks }: WantedBatch) => {
  const draw = async (): Promise<void> => {
    await selection?.store(campaignId, 0, questions(tasks, 0));
    await selection?.say(campaignId, 0, tasks);
  };
  draw().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => {
  const end = async (): Promise<void> => {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  };
  void end().finally(() => process.exit());
});
process.send?.({ address: running.address });
