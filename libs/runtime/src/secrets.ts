import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Keys whose value is nobody's business: the value of `passwordFile` is a path, which may be read. */
const SECRET = /(?:password|secret|token|accessKey|^key$)(?!.*File$)/i;

const MASK = '***';

/** Whether the value of a configuration key is kept out of logs. */
export function isSecret(key: string): boolean {
  return SECRET.test(key);
}

/** A configuration as it may be printed: secrets, and passwords in URLs, are `***`. */
export function printable(value: unknown, key = ''): unknown {
  if (value !== undefined && value !== null && isSecret(key)) return MASK;
  if (typeof value === 'string') return withoutPassword(value);
  if (Array.isArray(value)) return value.map((one) => printable(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, printable(one, name)]));
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = MASK;
  return url.href;
}

/**
 * Reads what a key such as `passwordFile` names, without the line's end that editors leave there: orchestrators hand secrets over
 * as files.
 * @returns undefined where the key is not given, or, after telling `context`, where the file cannot be read
 */
export function readSecretFile(section: object, key: string, context: z.RefinementCtx): string | undefined {
  const path = (section as Record<string, unknown>)[key];
  if (typeof path !== 'string') return undefined;
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', path: [key], message: `cannot be read: ${reason}` });
    return undefined;
  }
}

/** A secret that is given either itself or as the file that holds it. */
export function eitherSecretOrFile(section: object, key: string, context: z.RefinementCtx): string | undefined {
  const direct = (section as Record<string, unknown>)[key];
  const fileKey = `${key}File`;
  if (direct === undefined) return readSecretFile(section, fileKey, context);
  if (fileKey in section) {
    context.addIssue({ code: 'custom', path: [fileKey], message: `give either ${key} or ${fileKey}` });
  }
  return direct as string;
}
