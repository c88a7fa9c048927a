import { readFile } from 'node:fs/promises';
import { SEPARATE_SERVICES, WORKER, type SeparateService } from '@spectrawl/testing';
import { parse } from 'yaml';

/** The configuration of a deployment, as far as it is looked at here: the services themselves check all of it. */
export interface Configuration {
  readonly addresses: Readonly<Record<string, string>>;
  readonly [section: string]: unknown;
}

/** The configuration, or a variable of the environment, cannot be used; the message says what to do. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** One process to be. */
export interface PlannedProcess extends SeparateService {
  /** for people, e.g. `inference-worker 2` */
  readonly title: string;
  /** `host:port` at which it is to answer */
  readonly address: string;
}

/** Reads the configuration that all processes share. @throws {PlanError} */
export async function readConfiguration(path: string): Promise<Configuration> {
  const wrong = (what: string): PlanError => new PlanError(`${path}: ${what}`);
  let document: unknown;
  try {
    document = parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw wrong('a configuration is a mapping: see deploy/services.yaml');
  return { addresses: {}, ...document };
}

/** Whether the configuration, or the environment that goes before it, has a section. */
export function names(section: string, configuration: Configuration, environment: NodeJS.ProcessEnv): boolean {
  const variable = `SPECTRAWL_${section.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}__`;
  return section in configuration || Object.keys(environment).some((name) => name.startsWith(variable));
}

/**
 * Which processes there are to be, and where. The workers, which nobody calls, get the ports behind the last service's.
 * @throws {PlanError} when a service has no address of this machine
 */
export function planProcesses(
  configuration: Configuration,
  environment: NodeJS.ProcessEnv,
  workers: number,
): PlannedProcess[] {
  const addressOf = (name: string): string => {
    const address = environment[`SPECTRAWL_ADDRESSES__${name.toUpperCase()}`] ?? configuration.addresses[name];
    const [, host, port] = /^(.+):(\d+)$/.exec(address ?? '') ?? [];
    if (host !== '127.0.0.1' && host !== 'localhost') {
      throw new PlanError(
        `addresses.${name} is ${address ?? 'missing'}: all processes run here, so give 127.0.0.1:port`,
      );
    }
    return `127.0.0.1:${port}`;
  };
  const services = SEPARATE_SERVICES.filter(({ name }) => name !== WORKER);
  const addresses = new Map(services.map(({ name }) => [name, addressOf(name)]));
  const last = Math.max(...[...addresses.values()].map((address) => Number(address.split(':')[1])));
  return SEPARATE_SERVICES.flatMap((service): PlannedProcess[] => {
    const address = addresses.get(service.name);
    if (address !== undefined) return [{ ...service, title: service.name, address }];
    return Array.from({ length: workers }, (_, index) => ({
      ...service,
      title: `${service.name} ${index + 1}`,
      address: `127.0.0.1:${last + 1 + index}`,
    }));
  });
}
