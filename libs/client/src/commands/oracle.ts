import type { Command } from 'commander';
import { readLabelFile } from '../label-file.ts';
import { runOracle } from '../oracle.ts';
import { withContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { fraction, wholeNumber } from '../terminal/option-values.ts';
import { StatusLine } from '../terminal/status-line.ts';

interface OracleCommandOptions {
  truth: string[];
  name: string;
  mistakes: number;
  seed: number;
}

export function addOracle(program: Command): void {
  program
    .command('oracle')
    .description('answer a campaign from files of true classes until it is completed: an annotator marked as simulated')
    .argument('<campaign>')
    .requiredOption('--truth <file...>', 'CSV files with the columns id and class')
    .option('--name <name>', 'under which name it answers', 'simulated-oracle')
    .option('--mistakes <share>', 'share of answers that are wrong, 0 to 1', fraction, 0)
    .option('--seed <number>', 'of the mistakes', wholeNumber({ least: 0 }), 0)
    .action(
      withContext(
        async ({ spectrawl, output, signal }, campaignId: string, { truth, ...options }: OracleCommandOptions) => {
          const status = new StatusLine(process.stderr);
          try {
            const answers = await runOracle(spectrawl, {
              campaignId,
              truth: await readTruth(truth),
              ...options,
              signal,
              onAnswer: ({ progress }) => {
                if (!output.json && progress) {
                  status.show(`iteration ${progress.iteration}: ${progress.answered} of ${progress.tasks} answered`);
                }
              },
              onWait: ({ message }) => {
                status.clear();
                output.say(`${message}; trying again`);
              },
            });
            status.clear();
            output.result(
              { campaign: campaignId, answers },
              `campaign "${campaignId}" is completed; ${answers} answers given`,
            );
          } finally {
            status.clear();
          }
        },
      ),
    );
}

/** Files of one truth. @throws {UsageError} where they contradict each other */
async function readTruth(files: readonly string[]): Promise<Map<string, string>> {
  const truth = new Map<string, string>();
  for (const file of files) {
    for (const [id, name] of await readLabelFile(file)) {
      const before = truth.get(id);
      if (before !== undefined && before !== name) {
        throw new UsageError(`${file}: "${id}" is ${name} here, and ${before} in a file before`);
      }
      truth.set(id, name);
    }
  }
  return truth;
}
