import type { FitsHeader } from '../fits/header.ts';

/** Midnight of 1970-01-01 as Modified Julian Date. */
const UNIX_EPOCH_MJD = 40_587;
const DAY_MILLISECONDS = 86_400_000;

/** A UTC date such as `2012-01-13T17:23:36.50` as Modified Julian Date; null where it is none. */
export function mjdOfDate(date: string | undefined): number | null {
  if (date === undefined || !/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d*)?)?)?$/.test(date)) return null;
  const time = Date.parse(date.length === 10 ? `${date}T00:00:00Z` : `${date.replace(' ', 'T').replace(/\.$/, '')}Z`);
  return Number.isNaN(time) ? null : UNIX_EPOCH_MJD + time / DAY_MILLISECONDS;
}

/** An angle in degrees: a number as it is, `hh:mm:ss.s` or `dd:mm:ss.s` times `unit`; null where it is neither. */
export function angle(header: FitsHeader, keyword: string, unit = 1): number | null {
  const value = header.get(keyword);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return null;
  const [, sign, whole, minutes, seconds] = /^\s*([+-]?)(\d+)[:\s](\d+)[:\s](\d+(?:\.\d*)?)\s*$/.exec(value) ?? [];
  if (whole === undefined) return null;
  const magnitude = (Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600) * unit;
  return sign === '-' ? -magnitude : magnitude;
}

/** Degrees of an hour of right ascension. */
export const HOUR = 15;

/** The first of several keywords that has text; null where none has, or where it says that there is none. */
export function text(header: FitsHeader, ...keywords: readonly string[]): string | null {
  for (const keyword of keywords) {
    const value = header.get(keyword);
    const word = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
    if (typeof word === 'string' && !NOTHING.has(word.trim().toUpperCase())) return word.trim();
  }
  return null;
}

/** What surveys write where they have nothing to say. */
const NOTHING = new Set(['', '-', 'NULL', 'NON', 'NONE', 'INDEF', 'N/A']);

/** The first of several keywords that has a number; null where none has. LAMOST writes -9999 for "no value". */
export function number(header: FitsHeader, ...keywords: readonly string[]): number | null {
  for (const keyword of keywords) {
    const value = header.number(keyword) ?? numberInText(header.string(keyword));
    if (value !== undefined && value !== MISSING) return value;
  }
  return null;
}

const MISSING = -9999;

function numberInText(word: string | undefined): number | undefined {
  return word !== undefined && /^\s*[+-]?\d+(\.\d*)?\s*$/.test(word) ? Number(word) : undefined;
}
