import {
  ActiveLearningError,
  PRESETS,
  resolveMethod,
  type CampaignMethod,
  type MethodOverrides,
  type PresetName,
} from '@spectrawl/active-learning';
import { METHOD_FIELDS, type FieldInput, type MethodPath } from './method-fields.ts';

/** What stands in the fields of a method's form. */
export interface MethodDraft {
  preset: PresetName;
  /** Texts of the fields that were changed; flags are "true" or "false". */
  changed: Partial<Record<MethodPath, string>>;
  /** Quotas that were changed, by class. */
  quotas?: Readonly<Record<string, string>> | undefined;
  /** Whether there is a final training, where that was changed. */
  hasFinalTraining?: boolean | undefined;
}

/** A problem at a field; at the form as a whole where the path is empty. */
export interface FieldProblem {
  path: string;
  message: string;
}

const PATHS = Object.keys(METHOD_FIELDS) as MethodPath[];

/** Where a preset has no final training, one that is switched on begins as the paper's. */
const INTENSIVE = PRESETS['skoda-2020'].finalTraining;

/** Whether the loop is followed by a final training. */
export function hasFinalTraining({ preset, hasFinalTraining: chosen }: MethodDraft): boolean {
  return chosen ?? PRESETS[preset].finalTraining !== null;
}

/** Text of a field as the preset has it. */
export function presetText(preset: PresetName, path: MethodPath): string {
  const method = { ...PRESETS[preset], finalTraining: PRESETS[preset].finalTraining ?? INTENSIVE };
  const value = valueAt(method, path);
  if (Array.isArray(value)) return value.join(', ');
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Text that stands in a field. */
export function fieldText({ preset, changed }: MethodDraft, path: MethodPath): string {
  return changed[path] ?? presetText(preset, path);
}

/** Changes a field; one that is again as the preset has it is no change. */
export function withField(draft: MethodDraft, path: MethodPath, text: string): MethodDraft {
  const { [path]: _before, ...others } = draft.changed;
  return { ...draft, changed: text === presetText(draft.preset, path) ? others : { ...others, [path]: text } };
}

/** The classes that the draft names, in their order. */
export function draftClasses(draft: MethodDraft): string[] {
  return namesIn(fieldText(draft, 'classes'));
}

/** Text of the quota of a class. */
export function quotaText({ preset, quotas }: MethodDraft, name: string): string {
  return (quotas ?? presetQuotas(preset))[name] ?? '';
}

export function withQuota(draft: MethodDraft, name: string, text: string): MethodDraft {
  return { ...draft, quotas: { ...(draft.quotas ?? presetQuotas(draft.preset)), [name]: text } };
}

function presetQuotas(preset: PresetName): Record<string, string> {
  return Object.fromEntries(Object.entries(PRESETS[preset].query.quotas).map(([name, count]) => [name, String(count)]));
}

/** Number of values that differ from the preset's. */
export function changes(draft: MethodDraft): number {
  const isOther = draft.hasFinalTraining !== undefined && draft.hasFinalTraining !== hasOwnFinal(draft.preset);
  return Object.keys(draft.changed).length + (draft.quotas ? 1 : 0) + (isOther ? 1 : 0);
}

/**
 * The values to lay over the preset, in the shape of Campaign.method, and what is wrong with them by the rules of the service.
 */
export function readDraft(draft: MethodDraft): { overrides: MethodOverrides; problems: FieldProblem[] } {
  const overrides: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  const isFinal = hasFinalTraining(draft);
  for (const path of PATHS) {
    const text = draft.changed[path];
    if (text === undefined || (path.startsWith('finalTraining.') && !isFinal)) continue;
    const read = readText(METHOD_FIELDS[path].input, text);
    if ('problem' in read) problems.push({ path, message: read.problem });
    else place(overrides, path, read.value);
  }
  if (!isFinal) {
    if (hasOwnFinal(draft.preset)) overrides['finalTraining'] = null;
  } else if (!hasOwnFinal(draft.preset)) {
    overrides['finalTraining'] = laidOver(INTENSIVE, overrides['finalTraining'] ?? {});
  }
  if (draft.quotas) {
    const quotas: Record<string, unknown> = {};
    for (const name of draftClasses(draft).slice(1)) {
      const text = (draft.quotas[name] ?? '').trim();
      if (text === '') continue;
      const read = readText({ kind: 'count', least: 0 }, text);
      if ('problem' in read) problems.push({ path: `query.quotas.${name}`, message: read.problem });
      else if (read.value !== 0) quotas[name] = read.value;
    }
    place(overrides, 'query.quotas', quotas);
  } else if (draft.changed['classes'] !== undefined) {
    // Quotas of classes that are no more would refuse the method.
    const kept = Object.entries(PRESETS[draft.preset].query.quotas).filter(([name]) =>
      draftClasses(draft).includes(name),
    );
    place(overrides, 'query.quotas', Object.fromEntries(kept));
  }
  if (problems.length > 0) return { overrides, problems };
  try {
    resolveMethod(draft.preset, overrides);
  } catch (error) {
    if (!(error instanceof ActiveLearningError)) throw error;
    return { overrides, problems: methodProblems(error.message) };
  }
  return { overrides, problems };
}

/** Puts the problems that a refusal of a method names at their fields: "…: query.size must be …; scoring.meanOfLast must be …". */
export function methodProblems(message: string): FieldProblem[] {
  const list = message.replace(/^The campaign's method can't be used: /, '');
  const problems = list.split('; ').reduce<FieldProblem[]>((found, part) => {
    const path = /^[a-zA-Z]+(?:\.[^\s]+)*(?= )/.exec(part)?.[0];
    const last = found.at(-1);
    if (path !== undefined && isKnown(path)) found.push({ path, message: sentence(part.slice(path.length + 1)) });
    // A problem may hold a semicolon itself.
    else if (last) last.message += `; ${part}`;
    else found.push({ path: '', message: part });
    return found;
  }, []);
  return problems;
}

function isKnown(path: string): boolean {
  return Object.hasOwn(METHOD_FIELDS, path) || path.startsWith('query.quotas.') || path === 'finalTraining';
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function readText(input: FieldInput, text: string): { value: unknown } | { problem: string } {
  const trimmed = text.trim();
  switch (input.kind) {
    case 'flag':
      return { value: trimmed === 'true' };
    case 'names':
      return { value: namesIn(trimmed) };
    case 'choice':
      return input.options.includes(trimmed)
        ? { value: trimmed }
        : { problem: `Choose one of ${input.options.join(', ')}` };
    case 'threshold':
      if (trimmed === 'argmax' || trimmed === 'from-audit') return { value: trimmed };
      return readNumber(trimmed, 'Enter argmax, from-audit or a number such as 0.8');
    case 'limit':
      return trimmed === '' ? { value: null } : readCount(trimmed, input.least);
    case 'count':
      return readCount(trimmed, input.least);
    case 'number':
      return readNumber(trimmed, 'Enter a number, such as 0.001');
    case 'quotas':
      return { problem: 'Quotas are entered by class' };
  }
}

function readNumber(text: string, problem: string): { value: number } | { problem: string } {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? { value } : { problem };
}

function readCount(text: string, least: number): { value: number } | { problem: string } {
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value >= least
    ? { value }
    : { problem: `Enter a whole number of at least ${least}` };
}

function namesIn(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function hasOwnFinal(preset: PresetName): boolean {
  return PRESETS[preset].finalTraining !== null;
}

function valueAt(method: CampaignMethod, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], method);
}

function place(into: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let at = into;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
}

function laidOver(base: unknown, over: unknown): unknown {
  if (typeof base !== 'object' || base === null || typeof over !== 'object' || over === null) return over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over))
    merged[key] = laidOver((base as Record<string, unknown>)[key], value);
  return merged;
}
