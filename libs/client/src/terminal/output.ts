import { columns } from './columns.ts';

/** Where a command writes: results to standard output, everything about the work itself to standard error. */
export interface Output {
  readonly json: boolean;
  /** One result: as JSON, or as the text that people read. */
  result(value: unknown, text: string): void;
  /** Many results: a JSON array, or a table. */
  table(values: readonly unknown[], header: readonly string[], row: (at: number) => readonly (string | number)[]): void;
  /** What is being done; nothing with --json. */
  say(text: string): void;
}

export function createOutput(json: boolean, stdout = process.stdout, stderr = process.stderr): Output {
  const print = (value: unknown): void => void stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  return {
    json,
    result: (value, text) => (json ? print(value) : void stdout.write(`${text}\n`)),
    table: (values, header, row) => {
      if (json) print(values);
      else if (values.length === 0) stdout.write('none\n');
      else
        stdout.write(
          `${columns(
            header,
            values.map((_, at) => row(at)),
          )}\n`,
        );
    },
    say: (text) => {
      if (!json) stderr.write(`${text}\n`);
    },
  };
}
