import { parseArgs } from 'node:util';
import { logger } from '@spectrawl/telemetry';
import { ConfigError, loadConfigFile } from './config.ts';
import { migrateServices } from './migrate-services.ts';
import { runServices } from './run.ts';
import { printable } from './secrets.ts';
import type { ServiceDefinition } from './service.ts';

const log = logger('runtime');

/**
 * The main program of a service: reads `--config FILE` (or SPECTRAWL_CONFIG), runs until SIGTERM or SIGINT, and drains. A second
 * signal ends it at once. With the argument `migrate` it only brings the database's schemas up to date.
 */
export async function main(definitions: readonly ServiceDefinition[], defaultConfig?: string): Promise<void> {
  let exitCode = 0;
  try {
    const { values, positionals } = parseArgs({ options: { config: { type: 'string' } }, allowPositionals: true });
    const [command, ...more] = positionals;
    if (more.length > 0 || (command !== undefined && command !== 'migrate')) {
      throw new ConfigError(`${positionals.join(' ')}: give nothing, which runs the service, or migrate`);
    }
    // Heard from the start: to a container's first process a signal that nobody listens to does nothing.
    const asked = new Promise<NodeJS.Signals>((resolve) => {
      for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, resolve);
    });
    const path = values.config ?? process.env['SPECTRAWL_CONFIG'] ?? defaultConfig ?? 'config.yaml';
    const config = loadConfigFile(definitions, path, process.env);
    log.info({ path, config: printable(config) }, 'configured');
    if (command === 'migrate') {
      const interruption = await Promise.race([migrateServices(definitions, config), asked]);
      if (interruption) process.exit(130);
      log.info({ services: definitions.map(({ name }) => name) }, 'the schemas are up to date');
      process.exit(0);
    }
    const services = await Promise.race([runServices(definitions, config), asked]);
    if (typeof services === 'string') {
      log.info({ signal: services }, 'stopped before it was up');
      process.exit(0);
    }
    const signal = await asked;
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(130));
    log.info({ signal }, 'stopping: work under way is finished or handed back');
    await services.stop();
    log.info('stopped');
  } catch (error) {
    exitCode = 1;
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ error }, 'could not run');
  }
  process.exit(exitCode);
}
