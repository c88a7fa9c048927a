import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { ImportLabelsResponse } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { readLabelFile } from '../label-file.ts';
import { withContext } from '../terminal/command-context.ts';

/** Rows of a message: the contract's limit. */
const ROWS = 1000;

export function addLabels(program: Command): void {
  program
    .command('labels')
    .description('the label log')
    .command('import')
    .description('import labels from a CSV file with a header')
    .argument('<file>')
    .requiredOption('--pool <name>', 'pool of the spectra')
    .option('--annotator <name>', 'who made the labels (default: the name of the file)')
    .option('--id-column <name>', 'column of the spectrum id', 'id')
    .option('--class-column <name>', 'column of the class', 'class')
    .action(
      withContext(
        async (
          { spectrawl, output },
          file: string,
          options: { pool: string; annotator?: string; idColumn: string; classColumn: string },
        ) => {
          const labels = await readLabelFile(file, { id: options.idColumn, class: options.classColumn });
          const { imported } = await importLabels(spectrawl, options.pool, options.annotator ?? basename(file), labels);
          output.result({ pool: options.pool, imported: Number(imported) }, `${imported} labels imported`);
        },
      ),
    );
}

/** Imports labels of a pool's spectra: all of them, or none. */
export function importLabels(
  { labelling }: Spectrawl,
  poolId: string,
  annotator: string,
  labels: ReadonlyMap<string, string>,
): Promise<ImportLabelsResponse> {
  async function* messages() {
    yield { payload: { case: 'open' as const, value: { requestId: randomUUID(), poolId, annotator } } };
    const rows = [...labels].map(([spectrumId, name]) => ({ spectrumId, class: name }));
    for (let at = 0; at < rows.length; at += ROWS) {
      yield { payload: { case: 'rows' as const, value: { rows: rows.slice(at, at + ROWS) } } };
    }
  }
  return labelling.importLabels(messages(), { deadline: 600_000 });
}
