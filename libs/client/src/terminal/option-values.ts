import { InvalidArgumentError } from 'commander';

/** Reads an option's value as an integer within limits. */
export function wholeNumber({ least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number }) {
  return (text: string): number => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least || value > most) {
      const upTo = most === Number.MAX_SAFE_INTEGER ? 'or more' : `to ${most}`;
      throw new InvalidArgumentError(`Give an integer, ${least} ${upTo}.`);
    }
    return value;
  };
}

/** Reads an option's value as a number from 0 to 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('Give a number from 0 to 1.');
  return value;
}

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads an option's value as a time, such as 90s, 30m, 12h or 7d. @returns seconds */
export function seconds(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new InvalidArgumentError('Give a number and a unit, such as 90s, 30m, 12h or 7d.');
  }
  return Number(count) * SECONDS_OF_UNIT[unit]!;
}
