import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';

/** What one reader saw of a file; long integers and non-finite floats are text. */
export interface Seen {
  types: Record<string, string>;
  rows: Record<string, unknown[]>;
}

export interface Verdict {
  pyarrow: Seen & { metadata: Record<string, string> };
  duckdb: Seen;
}

/** What pyarrow and DuckDB read from the bytes of Parquet files. */
export async function readByJudges<N extends string>(files: Record<N, Uint8Array>): Promise<Record<N, Verdict>> {
  const folder = await mkdtemp(join(tmpdir(), 'spectrawl-pool-'));
  try {
    const names = Object.keys(files) as N[];
    const paths = names.map((name) => join(folder, `${name}.parquet`));
    await Promise.all(names.map((name, i) => writeFile(paths[i]!, files[name])));
    const seen = JSON.parse(await python(new URL('read_tables.py', import.meta.url), paths)) as Record<string, Verdict>;
    return Object.fromEntries(names.map((name, i) => [name, seen[paths[i]!]])) as Record<N, Verdict>;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A column's values as the judges print them. */
export function asPrinted(values: ArrayLike<unknown>): unknown[] {
  return Array.from(values, (value) => {
    if (typeof value === 'bigint') return value > 2n ** 31n || value < -(2n ** 31n) ? String(value) : Number(value);
    if (typeof value === 'number' && Number.isNaN(value)) return 'nan';
    if (value === Infinity) return 'inf';
    if (value === -Infinity) return '-inf';
    if (ArrayBuffer.isView(value)) return asPrinted(value as unknown as ArrayLike<unknown>);
    return value;
  });
}

/** The rows of a dense column, as the judges print them. */
export function denseRows(values: Float32Array, width: number): unknown[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    asPrinted(values.subarray(row * width, (row + 1) * width)),
  );
}
