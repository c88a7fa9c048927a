import { ARCHITECTURE_NAMES, CLASS_BALANCES, PRECISIONS } from './campaign-method.ts';
import type { CampaignMethod } from './campaign-method.ts';
import { ActiveLearningError } from './errors.ts';
import { ERROR_CRITERIA } from './performance-estimate.ts';
import { PRESETS, PRESET_NAMES } from './presets.ts';
import type { PresetName } from './presets.ts';
import { QUERY_STRATEGY_NAMES } from './query-strategies.ts';
import { HISTOGRAM_BINS } from './shard-summary.ts';

/** Any part of a method; lists, quotas and whatever is not an object are replaced whole. */
export type MethodOverrides = Overrides<CampaignMethod>;
type Overrides<T> = T extends readonly unknown[] ? T : T extends object ? { [K in keyof T]?: Overrides<T[K]> } : T;

/** Reports a value's problems by the path they were found at. */
type Check = (value: unknown, path: string, report: (path: string, problem: string) => void) => void;

/** Labels are given in bytes, so a campaign has at most so many classes. */
const MOST_CLASSES = 256;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

const when =
  (holds: (value: unknown) => boolean, expected: string): Check =>
  (value, path, report) => {
    if (!holds(value)) report(path, `must be ${expected}, not ${show(value)}`);
  };
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const oneOf = (names: readonly string[]): Check =>
  when((value) => names.includes(value as string), `one of ${names.join(', ')}`);
const integer = (least: number): Check =>
  when((value) => Number.isSafeInteger(value) && (value as number) >= least, `an integer of at least ${least}`);
const positive = when((value) => isNumber(value) && value > 0, 'a number above 0');
const notNegative = when((value) => isNumber(value) && value >= 0, 'a number of at least 0');
const openFraction = when((value) => isNumber(value) && value > 0 && value < 1, 'between 0 and 1, both excluded');
const flag = when((value) => typeof value === 'boolean', 'true or false');
const orNull =
  (check: Check): Check =>
  (value, path, report) => {
    if (value !== null) check(value, path, report);
  };

/** An object with exactly these keys. */
const object =
  (checks: Record<string, Check>): Check =>
  (value, path, report) => {
    const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
    if (!isRecord(value)) {
      report(path, `must be an object with ${Object.keys(checks).join(', ')}, not ${show(value)}`);
      return;
    }
    for (const key of Object.keys(value))
      if (!Object.hasOwn(checks, key))
        report(at(key), `is not known here; known are ${Object.keys(checks).join(', ')}`);
    for (const [key, check] of Object.entries(checks))
      if (value[key] === undefined) report(at(key), 'is missing');
      else check(value[key], at(key), report);
  };

const classNames: Check = when(
  (value) =>
    Array.isArray(value) &&
    value.length >= 2 &&
    value.length <= MOST_CLASSES &&
    value.every((name) => typeof name === 'string' && name.trim() !== '') &&
    new Set(value).size === value.length,
  `2 to ${MOST_CLASSES} different class names`,
);

const quotas: Check = (value, path, report) => {
  if (!isRecord(value)) report(path, `must be an object from class name to number, not ${show(value)}`);
  else for (const [name, quota] of Object.entries(value)) integer(0)(quota, `${path}.${name}`, report);
};

const threshold: Check = when(
  (value) => {
    if (value === 'argmax' || value === 'from-audit') return true;
    const bins = isNumber(value) ? value * HISTOGRAM_BINS : Number.NaN;
    return bins >= 0 && bins < HISTOGRAM_BINS && Math.abs(bins - Math.round(bins)) < 1e-9;
  },
  `'argmax', 'from-audit' or a multiple of ${1 / HISTOGRAM_BINS} in [0, 1)`,
);

const training: Record<string, Check> = {
  balance: oneOf(CLASS_BALANCES),
  batchSize: integer(1),
  maxEpochs: integer(1),
  earlyStopping: object({ minDelta: notNegative, patience: integer(1) }),
  learningRate: positive,
};

const method: Check = object({
  classes: classNames,
  architecture: object({ name: oneOf(ARCHITECTURE_NAMES), width: positive }),
  query: object({
    strategy: oneOf(QUERY_STRATEGY_NAMES),
    size: integer(1),
    quotas,
    clusters: integer(0),
    random: integer(0),
  }),
  audit: object({ size: integer(0), feedBack: flag, finalSize: integer(0), finalPerClass: flag }),
  training: object({
    ...training,
    targetLabelWeight: positive,
    poolNegatives: object({ count: integer(0), fromIteration: integer(0) }),
    warmStart: flag,
    precision: oneOf(PRECISIONS),
  }),
  scoring: object({ meanOfLast: integer(1) }),
  stopping: object({
    maxError: openFraction,
    confidence: openFraction,
    criterion: oneOf(ERROR_CRITERIA),
    minIterations: integer(0),
    maxIterations: orNull(integer(0)),
    maxLabels: orNull(integer(0)),
  }),
  finalTraining: orNull(object(training)),
  catalogue: object({ threshold }),
} satisfies Record<keyof CampaignMethod, Check>);

/** What the single values can't tell. */
function checkTogether(
  { classes, query, catalogue, audit }: CampaignMethod,
  report: (path: string, problem: string) => void,
) {
  for (const name of Object.keys(query.quotas))
    if (!classes.includes(name)) report(`query.quotas.${name}`, `is none of the classes ${classes.join(', ')}`);
  const reserved = Object.values(query.quotas).reduce((sum, quota) => sum + quota, query.clusters + query.random);
  if (reserved > query.size)
    report('query.size', `is ${query.size}, less than the ${reserved} of quotas, clusters and random together`);
  if (catalogue.threshold === 'from-audit' && audit.finalSize === 0)
    report('audit.finalSize', 'must be above 0 for a catalogue threshold from the audit');
}

function merge(base: unknown, overrides: unknown, path: string): unknown {
  if (!isRecord(base) || !isRecord(overrides) || path === 'query.quotas') return structuredClone(overrides);
  const merged: Record<string, unknown> = structuredClone(base);
  for (const [key, value] of Object.entries(overrides))
    if (value !== undefined) merged[key] = merge(base[key], value, path === '' ? key : `${path}.${key}`);
  return merged;
}

/**
 * A preset with some of its values replaced. Objects are merged key by key, lists and `query.quotas` are replaced whole, and
 * null replaces.
 *
 * @param overrides as read from a file or request: not trusted
 * @throws {ActiveLearningError} INVALID_METHOD naming the path and problem of every value that is wrong, missing or unknown
 */
export function resolveMethod(preset: PresetName, overrides: MethodOverrides = {}): CampaignMethod {
  if (!PRESET_NAMES.includes(preset))
    throw new ActiveLearningError(
      'INVALID_METHOD',
      `There is no preset ${show(preset)}, only ${PRESET_NAMES.join(', ')}`,
    );
  const merged = merge(PRESETS[preset], overrides, '');
  const problems: string[] = [];
  const report = (path: string, problem: string): void => {
    problems.push(`${path === '' ? 'the method' : path} ${problem}`);
  };
  method(merged, '', report);
  if (problems.length === 0) checkTogether(merged as CampaignMethod, report);
  if (problems.length > 0)
    throw new ActiveLearningError('INVALID_METHOD', `The campaign's method can't be used: ${problems.join('; ')}`);
  return merged as CampaignMethod;
}
