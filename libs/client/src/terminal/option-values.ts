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
