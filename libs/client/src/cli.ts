import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { RpcError, status } from '@spectrawl/grpc';
import { addAgreement } from './commands/agreement.ts';
import { addAsk } from './commands/ask.ts';
import { addCampaigns } from './commands/campaigns.ts';
import { addCandidates } from './commands/candidates.ts';
import { addCredentials } from './commands/credentials.ts';
import { addExport } from './commands/export.ts';
import { addIngest } from './commands/ingest.ts';
import { addLabel } from './commands/label.ts';
import { addLabels } from './commands/labels.ts';
import { addModels } from './commands/models.ts';
import { addOracle } from './commands/oracle.ts';
import { addPools } from './commands/pools.ts';
import { addScores } from './commands/scores.ts';
import { addSimulate } from './commands/simulate.ts';
import { DEFAULT_ADDRESS } from './connection.ts';
import { addWait } from './commands/wait.ts';
import { addDemo } from './demo/demo-command.ts';
import { EXIT, exitCodeOf, failureText } from './terminal/failure.ts';

const EXAMPLES = `
Examples:
  spectrawl ingest --pool mine FOLDER            read survey files into a pool
  spectrawl labels import --pool mine labels.csv  labels to begin from
  spectrawl campaigns create hunt --pool mine --seed-pool mine --start
  spectrawl label hunt --annotator ada           answer what the network asks, in the terminal
  spectrawl campaigns watch hunt                 a row for each iteration
  spectrawl export catalogue hunt --format votable --output hunt.vot

Exit codes: 0 done, 1 failed, 2 wrong command line or file, 3 no service answers, 4 not found, 5 refused,
6 not allowed, 130 interrupted.`;

/**
 * The whole command line. It throws instead of exiting: {@link runCli} turns failures into messages and exit codes.
 * @param json whether help that is shown for want of a command is left out, too
 */
export function buildProgram({ json = false }: { json?: boolean } = {}): Command {
  const program = new Command('spectrawl')
    .description('Finds rare objects in survey archives of spectra by active learning.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print what a command does')
    .option('--address <host:port>', `where the services answer (or SPECTRAWL_ADDRESS; default ${DEFAULT_ADDRESS})`)
    .option('--connection <file>', 'where each service answers, and how it is known (or SPECTRAWL_CONNECTION)')
    .option('--ca-file <file>', 'authorities of their certificates (or SPECTRAWL_CA_FILE)')
    .option('--token-file <file>', 'token that says who you are (or SPECTRAWL_TOKEN_FILE)')
    .option('--json', 'results as JSON on standard output, an error as JSON on standard error')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({ outputError: () => undefined, ...(json && { writeErr: () => undefined }) });
  for (const add of [
    addPools,
    addIngest,
    addLabels,
    addCampaigns,
    addLabel,
    addAsk,
    addAgreement,
    addCandidates,
    addScores,
    addExport,
    addModels,
    addOracle,
    addSimulate,
    addCredentials,
    addDemo,
    addWait,
  ]) {
    add(program);
  }
  return program;
}

/**
 * Runs a command line.
 * @param argv the arguments after the program's name
 * @returns the exit code: one of {@link EXIT}
 */
export async function runCli(argv: readonly string[], stderr: NodeJS.WritableStream = process.stderr): Promise<number> {
  const json = argv.includes('--json');
  const program = buildProgram({ json });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    const code = error instanceof CommanderError ? EXIT.usage : exitCodeOf(error);
    // Called without a command, commander has printed the help already.
    if (error instanceof CommanderError && error.code === 'commander.help' && !json) return code;
    stderr.write(
      json ? `${JSON.stringify({ error: describe(error, code) })}\n` : `spectrawl: ${describe(error, code).message}\n`,
    );
    return code;
  }
}

function describe(error: unknown, code: number): { message: string; reason?: string; code: number } {
  if (error instanceof CommanderError) {
    const message =
      error.code === 'commander.help' ? 'give a command; --help lists them' : error.message.replace(/^error: /, '');
    return { message, reason: 'USAGE', code };
  }
  if (error instanceof RpcError)
    return { message: failureText(error), reason: error.reason ?? status[error.code], code };
  return { message: failureText(error), code };
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
