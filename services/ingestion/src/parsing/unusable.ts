import { PoolError } from '@spectrawl/pool';
import { UnusableInput } from '@spectrawl/spectra';
import type { UnusableParsed } from './parsed-batch.ts';

/** An input that cannot be used. The texts go into the database, which knows no NUL and no half characters. */
export function unusable(reason: string, message: string, source: string): UnusableParsed {
  return { kind: 'unusable', source: cleaned(source), reason, message: cleaned(message) };
}

/** What was thrown while an input was read, as the reason for which it cannot be used. */
export function unusableOf(error: unknown, source: string): UnusableParsed {
  if (error instanceof UnusableInput) {
    const { file, spectrum } = error.where;
    if (file !== undefined) return unusable(error.reason, error.message, source);
    // Where a message names the spectrum, the file is what the user looks for.
    const what = error.message.replace(`${spectrum}: `, '');
    return unusable(error.reason, `${source}: ${what}`, source);
  }
  if (error instanceof PoolError) return unusable(error.reason, `${source}: ${error.message}`, source);
  // One odd file must not end an upload of millions.
  const what = error instanceof Error ? error.message : String(error);
  return unusable('unreadable', `${source}: the reader failed (${what}): report this file to the project`, source);
}

const cleaned = (text: string) => text.toWellFormed().replaceAll('\0', '\u{FFFD}');
