import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SERVER_KINDS, type ServerKind } from './bench-servers.ts';

/** One program that does the work being compared. */
export interface Contender {
  name: string;
  /** The program and its arguments; {node}, {python} and {keras} stand for the interpreters. Run in the repository's root. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** One comparison: the same work by several programs, in one run. */
export interface Benchmark {
  name: string;
  /** What a contender's `work` counts, in the plural: spectra, files, rows. */
  unit: string;
  /** The name of the contender that the others are compared with. */
  baseline: string;
  contenders: readonly Contender[];
  /** What every other contender's ratio to the baseline must reach. */
  claim?: { atLeast: number };
  /** A feature of the processor without which the comparison says nothing. */
  requires?: 'bfloat16';
  /** Real servers that all of its contenders use: they find them by `benchServers`. */
  servers?: readonly ServerKind[];
  /** How many rounds count, where a round takes minutes; an odd number. */
  rounds?: number;
}

/** A benchmarks.json is not as libs/testing/README.md describes it. */
export class BenchmarkFileError extends Error {
  override readonly name = 'BenchmarkFileError';
}

const known = new Set(['name', 'unit', 'baseline', 'contenders', 'claim', 'requires', 'servers', 'rounds']);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseContender(value: unknown, where: string): Contender {
  if (!isRecord(value)) throw new BenchmarkFileError(`${where}: a contender is an object.`);
  const { name, command, env = {}, ...rest } = value;
  const unknown = Object.keys(rest);
  if (unknown.length > 0) throw new BenchmarkFileError(`${where}: a contender has no "${unknown.join('", "')}".`);
  if (!isText(name)) throw new BenchmarkFileError(`${where}: every contender needs a name.`);
  if (!Array.isArray(command) || command.length === 0 || !command.every(isText))
    throw new BenchmarkFileError(`${where}: the command of "${name}" is a list of texts, the program first.`);
  if (!isRecord(env) || !Object.values(env).every((it) => typeof it === 'string'))
    throw new BenchmarkFileError(`${where}: the env of "${name}" maps names to texts.`);
  return { name, command, env: env as Record<string, string> };
}

function parseBenchmark(value: unknown, file: string, index: number): Benchmark {
  const where = `${file}, benchmark ${index + 1}`;
  if (!isRecord(value)) throw new BenchmarkFileError(`${where}: a benchmark is an object.`);
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  if (unknown.length > 0) throw new BenchmarkFileError(`${where}: a benchmark has no "${unknown.join('", "')}".`);
  const { name, unit, baseline, contenders, claim, requires, servers, rounds } = value as Record<
    keyof Benchmark,
    unknown
  >;
  if (!isText(name) || !isText(unit) || !isText(baseline))
    throw new BenchmarkFileError(`${where}: name, unit and baseline are texts.`);
  if (!Array.isArray(contenders) || contenders.length < 2)
    throw new BenchmarkFileError(`${where}: "${name}" needs two contenders or more to compare.`);
  const parsed = contenders.map((it) => parseContender(it, where));
  if (new Set(parsed.map((it) => it.name)).size < parsed.length)
    throw new BenchmarkFileError(`${where}: two contenders of "${name}" have one name.`);
  if (!parsed.some((it) => it.name === baseline))
    throw new BenchmarkFileError(`${where}: the baseline "${baseline}" is none of the contenders of "${name}".`);
  const atLeast = isText(claim) ? /^>= *(\d+(?:\.\d+)?)$/.exec(claim)?.[1] : undefined;
  if (claim !== undefined && atLeast === undefined)
    throw new BenchmarkFileError(`${where}: the claim of "${name}" reads ">= 1.0".`);
  if (requires !== undefined && requires !== 'bfloat16')
    throw new BenchmarkFileError(`${where}: "${name}" can require bfloat16 only.`);
  if (
    servers !== undefined &&
    !(Array.isArray(servers) && servers.every((it) => SERVER_KINDS.some((kind) => kind === it)))
  )
    throw new BenchmarkFileError(`${where}: the servers of "${name}" are a list of ${SERVER_KINDS.join(', ')}.`);
  if (rounds !== undefined && !(Number.isInteger(rounds) && Number(rounds) % 2 === 1 && Number(rounds) > 0))
    throw new BenchmarkFileError(`${where}: the rounds of "${name}" are an odd number.`);
  return {
    name,
    unit,
    baseline,
    contenders: parsed,
    ...(atLeast !== undefined && { claim: { atLeast: Number(atLeast) } }),
    ...(requires !== undefined && { requires }),
    ...(servers !== undefined && { servers: servers as ServerKind[] }),
    ...(rounds !== undefined && { rounds: Number(rounds) }),
  };
}

/**
 * Parses one benchmarks.json.
 *
 * @param text the file's text: a list of benchmarks
 * @param file its path, for messages
 * @throws BenchmarkFileError naming the benchmark and what is wrong with it
 */
export function parseBenchmarks(text: string, file: string): Benchmark[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BenchmarkFileError(`${file} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!Array.isArray(value)) throw new BenchmarkFileError(`${file}: a list of benchmarks is expected.`);
  return value.map((it, index) => parseBenchmark(it, file, index));
}

/** The benchmarks of every package, from libs/<name>/bench/benchmarks.json and services/<name>/bench/benchmarks.json. */
export function findBenchmarks(root: string): Benchmark[] {
  return ['libs', 'services']
    .filter((kind) => existsSync(join(root, kind)))
    .flatMap((kind) =>
      readdirSync(join(root, kind))
        .sort()
        .map((name) => join(root, kind, name, 'bench/benchmarks.json')),
    )
    .filter((file) => existsSync(file))
    .flatMap((file) => parseBenchmarks(readFileSync(file, 'utf8'), relative(root, file)));
}
