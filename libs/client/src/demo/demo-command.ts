import type { Command } from 'commander';
import { withContext } from '../terminal/command-context.ts';
import { UsageError } from '../terminal/failure.ts';
import { compareMethods } from './compare-methods.ts';
import { runDemo, type Demo } from './run-demo.ts';

interface DemoOptions {
  name: string;
  spec: string;
  realSpectra: string;
  directory: string;
  spectra: string;
  seedSpectra: string;
  fits: string;
  skySeed: string;
}

export function addDemo(program: Command): void {
  const withSize = (command: Command): Command =>
    command
      .requiredOption('--spec <file>', "the campaign's spec")
      .requiredOption('--real-spectra <folder>', 'the bundled real spectra')
      .option('--directory <folder>', 'where the demo keeps its files', 'var/demo')
      .option('--spectra <count>', 'simulated spectra to search', '40000')
      .option('--seed-spectra <count>', 'simulated labelled spectra to begin with', '3000')
      .option('--fits <count>', 'of either, spectra written as FITS files; the rest as Parquet', '500')
      .option('--sky-seed <number>', 'seed of the simulated sky', '643');
  const demo = withSize(program.command('demo')).description(
    'search a simulated sky and real spectra with a simulated annotator, and compare with the truth',
  );
  demo.option('--name <name>', 'what the campaign is called', 'demo').action(
    withContext(async (context, options: DemoOptions) => {
      await runDemo(context, demoOf(options));
    }),
  );
  withSize(program.command('compare'))
    .description(
      "run the presets default and skoda-2020 on the demo's sky, with the same labels, and compare their errors",
    )
    .action(
      withContext(async (context, options: DemoOptions) => {
        await compareMethods(context, demoOf({ ...options, name: 'compare' }));
      }),
    );
}

function demoOf({ spectra, seedSpectra, fits, skySeed, ...rest }: DemoOptions): Demo {
  return {
    ...rest,
    spectra: count('--spectra', spectra),
    seedSpectra: count('--seed-spectra', seedSpectra),
    fits: count('--fits', fits),
    seed: count('--sky-seed', skySeed),
  };
}

function count(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${option} ${text}: give a whole number`);
  return Number(text);
}
