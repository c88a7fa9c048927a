import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { EventBusSection } from './event-bus-config.ts';
import type { ServiceDefinition } from './service.ts';

/** Where the process listens. Loopback unless configured. */
const Grpc = z.strictObject({
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(50_051),
});

const Adapters = {
  grpc: Grpc.prefault({}),
  /** Addresses of services that run elsewhere, by name; a service that is not named is looked for in this process. */
  addresses: z.record(z.string(), z.string().regex(/^.+:\d+$/, 'give host:port')).default({}),
  database: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('pglite'), directory: z.string() })]),
  objectStore: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('filesystem'), directory: z.string() })]),
  eventBus: EventBusSection,
};

const BaseConfig = z.strictObject(Adapters);

/** The configuration of a process. `services` holds each service's own section, by name. */
export type Config = z.infer<typeof BaseConfig> & { services: Record<string, unknown> };

/** The configuration is wrong: what, where, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from YAML, lays `SPECTRAWL_…` environment variables over it, and checks it strictly.
 *
 * `SPECTRAWL_GRPC__PORT=6000` sets `grpc.port`: `__` separates the parts of the path, `_` the words of a camelCase key. Values
 * are read as YAML scalars.
 * @throws {ConfigError} naming every unknown key and wrong value
 */
export function loadConfig(
  services: readonly ServiceDefinition[],
  yaml: string,
  environment: NodeJS.ProcessEnv,
  source = 'configuration',
): Config {
  let document: unknown;
  try {
    document = parseYaml(yaml) ?? {};
  } catch (error) {
    throw new ConfigError(`${source} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new ConfigError(`${source} is no mapping: begin with keys such as "grpc:" and "database:"`);
  }
  const tree = document as Record<string, unknown>;
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('SPECTRAWL_') && name.includes('__') && value !== undefined) setByVariable(tree, name, value);
  }
  const sections = Object.fromEntries(services.map(({ name, config }) => [name, config.prefault({})]));
  const schema = z.strictObject({ ...Adapters, services: z.strictObject(sections).prefault({}) });
  const result = schema.safeParse(tree);
  if (!result.success) throw new ConfigError(`${source}:\n${z.prettifyError(result.error)}`);
  return result.data as Config;
}

/** Reads the file and the environment. @throws {ConfigError} */
export function loadConfigFile(
  services: readonly ServiceDefinition[],
  path: string,
  environment: NodeJS.ProcessEnv,
): Config {
  let yaml: string;
  try {
    yaml = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(
      `cannot read ${path} (${error instanceof Error ? error.message : String(error)}): give --config FILE or set SPECTRAWL_CONFIG`,
    );
  }
  return loadConfig(services, yaml, environment, path);
}

function setByVariable(tree: Record<string, unknown>, variable: string, value: string): void {
  const keys = variable
    .slice('SPECTRAWL_'.length)
    .split('__')
    .map((part) => part.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()));
  const last = keys.pop();
  if (last === undefined || last === '') throw new ConfigError(`${variable}: write SPECTRAWL_SECTION__KEY`);
  let place = tree;
  for (const key of keys) {
    const next = (place[key] ??= {});
    if (typeof next !== 'object' || next === null) throw new ConfigError(`${variable}: ${key} is no section`);
    place = next as Record<string, unknown>;
  }
  place[last] = parseYaml(value);
}
