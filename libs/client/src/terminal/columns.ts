import { stripVTControlCharacters } from 'node:util';

/** A table for the terminal: numbers to the right, text to the left, two spaces between columns. */
export function columns(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [header, ...rows];
  const widths = header.map((_, at) => Math.max(...lines.map((line) => width(String(line[at] ?? '')))));
  const isNumeric = header.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'));
  return lines
    .map((line) =>
      line
        .map((cell, at) => pad(String(cell), widths[at] ?? 0, isNumeric[at] ?? false))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function width(text: string): number {
  return stripVTControlCharacters(text).length;
}

/** Fills text with spaces up to a width; escape sequences take none. */
export function pad(text: string, to: number, right = false): string {
  const fill = ' '.repeat(Math.max(0, to - width(text)));
  return right ? fill + text : text + fill;
}
