import { runCli } from './cli.ts';

// What Node will do away with one day is for developers to hear of, not in the midst of somebody's results.
process.noDeprecation = true;

// A pipe that closes early (| head) is no failure: there is nobody left to write to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2));
