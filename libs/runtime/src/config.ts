import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { checkAccess } from './access-rules.ts';
import { AuthenticationSection } from './authentication-config.ts';
import { DatabaseSection } from './database-config.ts';
import { EventBusSection } from './event-bus-config.ts';
import { GrpcSection } from './grpc-config.ts';
import { checkLedger, LedgerSection } from './ledger-config.ts';
import { ObjectStoreSection } from './object-store-config.ts';
import { DrainSection, OperationsSection } from './operations-config.ts';
import { isSecret } from './secrets.ts';
import type { ServiceDefinition } from './service.ts';

const Adapters = {
  grpc: GrpcSection.prefault({}),
  authentication: AuthenticationSection.default({ kind: 'none' }),
  /** Addresses of services that run elsewhere, by name; a service that is not named is looked for in this process. */
  addresses: z.record(z.string(), z.string().regex(/^.+:\d+$/, 'give host:port')).default({}),
  database: DatabaseSection,
  objectStore: ObjectStoreSection,
  eventBus: EventBusSection,
  operations: OperationsSection,
  drain: DrainSection.prefault({}),
  ledger: LedgerSection.prefault({}),
};

const BaseConfig = z.strictObject(Adapters);

const NO_PLACE = { kind: 'none' };

/** Services that keep nothing need no places to keep it in, and need not be able to read the secrets of those that others use. */
const WITHOUT_PLACES = Object.fromEntries(
  ['database', 'objectStore', 'eventBus'].map((section) => [
    section,
    z
      .unknown()
      .transform(() => NO_PLACE)
      .prefault({}),
  ]),
);

/**
 * Services of the ring, whose sections may stand in a file that several processes share: each process reads, and checks, those
 * of the services that it hosts.
 */
const RING = ['ingestion', 'training', 'inference', 'inference-worker', 'selection', 'labelling', 'workbench'];

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
 * are read as YAML, secrets as they are.
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
  const sections = Object.fromEntries([
    ...RING.map((name) => [name, z.unknown().optional()] as const),
    ...services.map(({ name, config }) => [name, config.prefault({})] as const),
  ]);
  const keeping = services.some(({ migrations }) => migrations !== undefined);
  const places = (keeping ? {} : WITHOUT_PLACES) as unknown as Pick<
    typeof Adapters,
    'database' | 'objectStore' | 'eventBus'
  >;
  const schema = z
    .strictObject({ ...Adapters, ...places, services: z.strictObject(sections).prefault({}) })
    .superRefine(checkShape)
    .superRefine(checkLedger)
    .superRefine((config, context) => checkAccess(services, config, context));
  const result = schema.safeParse(tree);
  if (!result.success) throw new ConfigError(`${source}:\n${z.prettifyError(result.error)}`);
  const own = services.map(({ name }) => [name, result.data.services[name]]);
  return { ...result.data, services: Object.fromEntries(own) } as Config;
}

/** Refuses adapters that do not work together. */
function checkShape({ database, eventBus }: z.infer<typeof BaseConfig>, context: z.RefinementCtx): void {
  if (eventBus.kind !== 'embedded' || database.kind === 'pglite') return;
  context.addIssue({
    code: 'custom',
    path: ['eventBus', 'kind'],
    message:
      'the embedded bus wakes the consumers of its own process only: with a PostgreSQL server, which several processes may use, choose kafka',
  });
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
    .map((part, depth, [section]) => {
      const words = part.toLowerCase();
      // Services are called inference-worker, their settings watchInterval.
      if (depth === 1 && section === 'SERVICES') return words.replaceAll('_', '-');
      return words.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    });
  const last = keys.pop();
  if (last === undefined || last === '') throw new ConfigError(`${variable}: write SPECTRAWL_SECTION__KEY`);
  let place = tree;
  for (const key of keys) {
    const next = (place[key] ??= {});
    if (typeof next !== 'object' || next === null) throw new ConfigError(`${variable}: ${key} is no section`);
    place = next as Record<string, unknown>;
  }
  place[last] = valueOf(last, variable, value);
}

function valueOf(key: string, variable: string, text: string): unknown {
  // A secret means what it says, even if it looks like a number; and no message repeats it.
  if (isSecret(key) || key === 'url') return text;
  try {
    return parseYaml(text) as unknown;
  } catch {
    throw new ConfigError(`${variable}: its value is no YAML: put it in quotes`);
  }
}
