import { Option, type Command } from 'commander';
import { SIMULATED_SURVEYS, skyPopulation, type SimulatedSurvey } from '@spectrawl/spectra';
import { SIMULATION_FORMATS, type SimulationFormat } from '../simulate/simulation.ts';
import { simulateSurvey } from '../simulate/simulate-survey.ts';
import { withContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { fraction, wholeNumber } from '../terminal/option-values.ts';
import { startProgress } from '../terminal/progress-bar.ts';

const DEFAULT_SEED = 1;

interface SimulateOptions {
  instrument: SimulatedSurvey;
  count: number;
  seed: number;
  first: number;
  format: SimulationFormat;
  emissionShare?: number;
  output: string;
  truth: string;
  force?: boolean;
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('make a survey of simulated spectra whose true classes are known; the same seed makes the same survey')
    .addOption(
      new Option('--instrument <name>', 'whose survey')
        .choices(SIMULATED_SURVEYS)
        .default('lamost' satisfies SimulatedSurvey),
    )
    .requiredOption('--count <spectra>', 'how many', wholeNumber({ least: 1 }))
    .option('--seed <number>', 'names the sky', wholeNumber({ least: 0 }), DEFAULT_SEED)
    .option('--first <number>', 'number of the first spectrum in the survey', wholeNumber({ least: 0 }), 0)
    .addOption(
      new Option('--format <name>', 'a FITS file for each spectrum, or Parquet tables of spectra')
        .choices(SIMULATION_FORMATS)
        .default('parquet' satisfies SimulationFormat),
    )
    .option(
      '--emission-share <share>',
      'share of objects with emission in the LAMOST-like sky (default: as in nature)',
      fraction,
    )
    .requiredOption('--output <folder>', 'where the spectra go')
    .requiredOption('--truth <file>', 'CSV file for the true classes, with the columns id, class and kind')
    .option('--force', 'replace a file of true classes that is there')
    .action(
      withContext(async ({ output, signal }, { emissionShare, ...options }: SimulateOptions) => {
        if (emissionShare !== undefined && options.instrument !== 'lamost') {
          throw new UsageError('--emission-share is for --instrument lamost: the other survey was selected by shape');
        }
        const label = `simulating ${options.count} ${options.instrument}-like spectra`;
        const progress = startProgress(options.count, label, process.stderr.isTTY && !output.json);
        try {
          await simulateSurvey({
            ...options,
            ...(emissionShare !== undefined && { population: skyPopulation(emissionShare) }),
            signal,
            onProgress: progress.to,
          });
        } finally {
          progress.stop();
        }
        const { instrument, seed, first, count, format } = options;
        output.result(
          { instrument, seed, first, count, format, output: options.output, truth: options.truth },
          `${count} ${instrument}-like spectra in ${options.output}, their true classes in ${options.truth}`,
        );
      }),
    );
}
