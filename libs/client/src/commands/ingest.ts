import { Option, type Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { IngestCountsSchema, type IngestFilesResponse, type QuarantinedInput } from '@spectrawl/contracts';
import { RpcError } from '@spectrawl/grpc';
import { surveyChoices } from '@spectrawl/spectra';
import type { Spectrawl } from '../connect.ts';
import { plain } from '../plain.ts';
import { withContext, type CommandContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { startProgress } from '../terminal/progress-bar.ts';
import { listFiles, uploadFiles } from '../upload.ts';

/** Quarantined inputs that a person is shown; the rest stay in the pool's list. */
const SHOWN = 10;

export interface IngestResult {
  last: IngestFilesResponse;
  quarantined: QuarantinedInput[];
}

export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('read survey files (FITS, gzipped or not; Parquet tables of spectra) into a pool, and seal it')
    .argument('<path...>', 'files and folders')
    .requiredOption('--pool <name>', 'the pool; it is created where there is none of that name')
    .addOption(new Option('--survey <name>', 'what the files are').choices(surveyChoices()).default('auto'))
    .option('--keep-open', 'do not seal the pool: more files will follow')
    .action(
      withContext(async (context, paths: string[], options: { pool: string; survey: string; keepOpen?: boolean }) => {
        const { last, quarantined } = await ingest(context, paths, options);
        const sealed = options.keepOpen !== true;
        if (sealed) await context.spectrawl.ingestion.sealPool({ poolId: options.pool }, { deadline: 600_000 });
        report(context, options.pool, last, quarantined, sealed);
      }),
    );
}

/** Uploads into a pool that is created when it is missing. */
export async function ingest(
  { spectrawl, output, signal }: CommandContext,
  paths: readonly string[],
  { pool, survey }: { pool: string; survey: string },
): Promise<IngestResult> {
  const files = await listFiles(paths).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  });
  if (files.length === 0) throw new UsageError(`there are no files in ${paths.join(', ')}`);
  await createWhereMissing(spectrawl, pool);
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const progress = startProgress(bytes, `${pool}: ${files.length} files`, process.stderr.isTTY && !output.json);
  const quarantined: QuarantinedInput[] = [];
  let last: IngestFilesResponse | undefined;
  try {
    for await (const answer of uploadFiles(spectrawl, pool, survey, files, signal)) {
      last = answer;
      quarantined.push(...answer.quarantined);
      progress.to(Number(answer.bytes), `${answer.counts?.stored ?? 0} stored`);
    }
  } finally {
    progress.stop();
  }
  if (!last?.committed) throw new Error('the service ended the upload before it was committed: run the command again');
  return { last, quarantined };
}

async function createWhereMissing({ ingestion }: Spectrawl, poolId: string): Promise<void> {
  try {
    await ingestion.createPool({ requestId: randomUUID(), poolId });
  } catch (error) {
    if (!(error instanceof RpcError && error.reason === 'POOL_EXISTS')) throw error;
  }
}

function report(
  { output }: CommandContext,
  pool: string,
  { counts, files }: IngestFilesResponse,
  quarantined: readonly QuarantinedInput[],
  sealed: boolean,
): void {
  const listed = quarantined.map(({ source, reason, message }) => ({ source, reason, message }));
  const { received, stored, quarantined: unusable, duplicates } = counts!;
  output.result(
    { pool, files: Number(files), counts: plain(IngestCountsSchema, counts!), sealed, quarantined: listed },
    [
      `${received} in = ${stored} stored + ${unusable} quarantined + ${duplicates} duplicates (${files} files; pool "${pool}" ${sealed ? 'sealed' : 'open'})`,
      ...listed.slice(0, SHOWN).map(({ reason, message }) => `  ${reason}: ${message}`),
      ...(listed.length > SHOWN ? [`  … and more: spectrawl pools quarantine ${pool}`] : []),
    ].join('\n'),
  );
}
