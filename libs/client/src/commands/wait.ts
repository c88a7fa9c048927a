import type { Command } from 'commander';
import { withContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { Backoff } from '../wait.ts';

export function addWait(program: Command): void {
  program
    .command('wait')
    .description('wait until all services answer')
    .option('--pid <number>', 'give up when this process ends')
    .action(
      withContext(async ({ spectrawl, output, signal }, { pid }: { pid?: string }) => {
        if (pid !== undefined && !/^\d+$/.test(pid)) throw new UsageError(`--pid ${pid}: give the number of a process`);
        const backoff = new Backoff();
        for (;;) {
          if (await spectrawl.serving()) {
            const places = [...new Set(Object.values(spectrawl.addresses))].join(', ');
            output.result({ addresses: spectrawl.addresses }, `services answer at ${places}`);
            return;
          }
          if (pid !== undefined && !isRunning(Number(pid))) throw new Error(`process ${pid} ended`);
          await backoff.wait(signal);
        }
      }),
    );
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
