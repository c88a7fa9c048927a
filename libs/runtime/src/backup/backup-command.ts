import { parseArgs } from 'node:util';
import { loadConfigFile } from '../config.ts';
import type { ServiceDefinition } from '../service.ts';
import { restoreBackup } from './restore-backup.ts';
import { megabytes, writeBackup } from './write-backup.ts';

const USAGE = `Usage:
  spectrawl-services backup  [--config FILE] --to   FOLDER|s3://BUCKET/PREFIX [--without-objects]
  spectrawl-services restore [--config FILE] --from FOLDER|s3://BUCKET/PREFIX
`;

const BACKUP_OPTIONS = {
  config: { type: 'string' },
  to: { type: 'string' },
  'without-objects': { type: 'boolean' },
} as const;

const RESTORE_OPTIONS = { config: { type: 'string' }, from: { type: 'string' } } as const;

/** What the command line says: of either command. */
interface CommandLine {
  config?: string | undefined;
  to?: string | undefined;
  from?: string | undefined;
  'without-objects'?: boolean | undefined;
}

/** Errors that the program's own code makes. Those of databases, stores, buses and disks are not among them. */
const MISTAKES = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * Runs `backup` or `restore`, telling its progress on standard error.
 * @param commandLine what follows the program's name
 * @returns the exit code, or undefined when the command line asks for neither
 */
export async function backupCommand(
  definitions: readonly ServiceDefinition[],
  commandLine: readonly string[],
  defaultConfig: string,
): Promise<number | undefined> {
  const [command, ...rest] = commandLine;
  if (command !== 'backup' && command !== 'restore') return undefined;
  const report = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const values: CommandLine =
      command === 'backup'
        ? parseArgs({ args: rest, options: BACKUP_OPTIONS }).values
        : parseArgs({ args: rest, options: RESTORE_OPTIONS }).values;
    const path = values.config ?? process.env['SPECTRAWL_CONFIG'] ?? defaultConfig;
    const place = command === 'backup' ? values.to : values.from;
    if (place === undefined || place === '') {
      process.stderr.write(USAGE);
      return 2;
    }
    const config = loadConfigFile(definitions, path, process.env);
    if (command === 'backup') {
      const { schemas, objects } = await writeBackup(definitions, config, place, {
        withoutObjects: values['without-objects'] ?? false,
        report,
      });
      const rows = schemas.flatMap(({ tables }) => tables).reduce((sum, table) => sum + table.rows, 0);
      process.stdout.write(
        `Backed up to ${place}: ${rows} rows, ${objects.count} objects (${megabytes(objects.objectBytes)}).\n`,
      );
      // What is lacking there was lacking before: the backup is as whole as can be, and somebody should look.
      return objects.missing.length > 0 ? 3 : 0;
    }
    const { rows, objects, eventsAgain } = await restoreBackup(definitions, config, place, report);
    process.stdout.write(
      `Restored ${rows} rows and ${objects} objects; ${eventsAgain} events are published again. Start the services.\n`,
    );
    return 0;
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      process.stderr.write(`${error.message}\n${USAGE}`);
      return 2;
    }
    process.stderr.write(`${described(error)}\n`);
    return 1;
  }
}

/** What an error says; with where in the program it arose only where it may be a mistake of the program. */
function described(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMistake = MISTAKES.some((kind) => error instanceof kind);
  return (isMistake ? error.stack : undefined) ?? error.message;
}
