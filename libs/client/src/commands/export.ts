import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { Option, type Command } from 'commander';
import type { ExportPoolResponse } from '@spectrawl/contracts';
import type { Spectrawl } from '../connect.ts';
import { refuseExisting, unfinishedPath, writeWhole } from '../files.ts';
import { withContext } from '../terminal/command-context.ts';
import { listFiles } from '../upload.ts';

const CATALOGUE_FORMATS = ['votable', 'fits', 'csv', 'parquet', 'provenance'];

interface SaveOptions {
  /** Replace what is there. */
  force?: boolean;
  signal?: AbortSignal;
}

interface SaveCatalogueOptions extends SaveOptions {
  /** Add the latest verdict on each candidate. */
  reviews?: boolean;
}

export function addExport(program: Command): void {
  const exports = program.command('export').description('save pools and catalogues as files');
  exports
    .command('pool')
    .description("save a sealed pool's Parquet files and its manifest into a folder")
    .argument('<name>')
    .requiredOption('--output <folder>', 'where to')
    .option('--force', 'replace files that are there')
    .action(
      withContext(
        async ({ spectrawl, output, signal }, poolId: string, options: { output: string; force?: boolean }) => {
          const saved = await savePool(spectrawl, poolId, options.output, { ...options, signal });
          const bytes = saved.reduce((sum, file) => sum + file.size, 0);
          output.result(
            { pool: poolId, folder: options.output, files: saved.map(({ path }) => path), bytes },
            `pool "${poolId}": ${saved.length} files, ${bytes} bytes in ${options.output}`,
          );
        },
      ),
    );
  exports
    .command('catalogue')
    .description("save a completed campaign's catalogue as a file")
    .argument('<campaign>')
    .addOption(new Option('--format <name>', 'of the file').choices(CATALOGUE_FORMATS).default('votable'))
    .requiredOption('--output <file>', 'where to')
    .option('--reviews', 'with the latest verdict on each candidate')
    .option('--force', 'replace a file that is there')
    .action(
      withContext(
        async (
          { spectrawl, output, signal },
          campaignId: string,
          options: { format: string; output: string; reviews?: boolean; force?: boolean },
        ) => {
          const { format, output: file } = options;
          const bytes = await saveCatalogue(spectrawl, campaignId, format, file, { ...options, signal });
          output.result(
            { campaign: campaignId, format, file, bytes },
            `catalogue of "${campaignId}" (${format}): ${bytes} bytes in ${file}`,
          );
        },
      ),
    );
}

/**
 * Saves a campaign's catalogue; the file appears whole or not at all.
 * @param format votable, fits, csv, parquet or provenance
 * @returns bytes written
 * @throws {UsageError} where the file exists and `force` is not given; {RpcError}
 */
export async function saveCatalogue(
  { selection }: Spectrawl,
  campaignId: string,
  format: string,
  file: string,
  { force = false, reviews: withReviews = false, signal }: SaveCatalogueOptions = {},
): Promise<number> {
  let bytes = 0;
  async function* pieces(): AsyncIterable<Uint8Array> {
    for await (const { data } of selection.exportCatalogue(
      { campaignId, format, withReviews },
      signal ? { signal } : {},
    )) {
      bytes += data.length;
      yield data;
    }
  }
  await writeWhole(file, pieces(), { force });
  return bytes;
}

/**
 * Saves the files of a sealed pool; the folder gets all of them or none.
 * @returns the files, paths relative to the folder
 * @throws {UsageError} where the folder holds something and `force` is not given; {RpcError}
 */
export async function savePool(
  { ingestion }: Spectrawl,
  poolId: string,
  folder: string,
  { force = false, signal }: SaveOptions = {},
): Promise<{ path: string; size: number }[]> {
  if (!force && existsSync(folder) && (await readdir(folder)).length > 0) refuseExisting(folder);
  const unfinished = unfinishedPath(normalize(folder));
  try {
    await mkdir(unfinished, { recursive: true });
    await writePieces(unfinished, ingestion.exportPool({ poolId }, signal ? { signal } : {}));
    const files = await listFiles([unfinished]);
    const saved = files.map(({ path, size }) => ({ path: path.slice(unfinished.length + 1), size }));
    for (const { path } of saved) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await rename(join(unfinished, path), target);
    }
    return saved;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Pieces of one file follow one another. */
async function writePieces(folder: string, pieces: AsyncIterable<ExportPoolResponse>): Promise<void> {
  let file: FileHandle | undefined;
  try {
    for await (const { path, data, last } of pieces) {
      if (!file) {
        const target = join(folder, insidePath(path));
        await mkdir(dirname(target), { recursive: true });
        file = await open(target, 'w');
      }
      await file.writeFile(data);
      if (!last) continue;
      await file.close();
      file = undefined;
    }
  } finally {
    await file?.close();
  }
  if (file) throw new Error('the service ended the export in the middle of a file: run the command again');
}

/** @throws where a path of the export would lead out of its folder */
function insidePath(path: string): string {
  const inside = normalize(path);
  if (isAbsolute(inside) || inside.split(sep).includes('..')) {
    throw new Error(`the export holds "${path}", which lies outside of its folder: nothing was saved`);
  }
  return inside;
}
