import { describe, expect, it } from 'vitest';
import { column, writeTable } from '../src/index.ts';
import { asPrinted, denseRows, readByJudges } from './judges.ts';

const { boolean, dense, float32, float32List, float64, float64List, int32, int64, optional, string } = column;

const SCHEMA = {
  text: string,
  note: optional(string),
  small: int32,
  big: int64,
  count: optional(int64),
  flag: boolean,
  maybe: optional(boolean),
  single: float32,
  double: float64,
  position: optional(float64),
  flux: float32List,
  wavelength: optional(float64List),
  features: dense(140),
  one: dense(1),
};

/** Rows with everything that is easily got wrong: nulls, NaN, infinities, empty and missing lists, scripts beyond Latin. */
function rows(count: number) {
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: count }, (_, row) => value(row));
  return {
    text: each((row) => ['', 'Hα 6563 Å', '光谱', '🌌', 'plain'][row % 5]!),
    note: each((row) => (row % 3 === 0 ? null : `note ${row}`)),
    small: each((row) => [0, -(2 ** 31), 2 ** 31 - 1][row % 3]!),
    big: each((row) => [0n, -(2n ** 63n), 2n ** 63n - 1n][row % 3]!),
    count: each((row) => (row % 4 === 0 ? null : BigInt(row))),
    flag: each((row) => row % 2 === 0),
    maybe: each((row) => [true, null, false][row % 3]!),
    single: Float32Array.from({ length: count }, (_, row) => [1.5, NaN, -Infinity, -0][row % 4]!),
    double: Float64Array.from({ length: count }, (_, row) => [Math.PI, Infinity, NaN, 5e-324][row % 4]!),
    position: each((row) => (row % 2 ? row / 7 : null)),
    flux: each((row) => Float32Array.from({ length: row % 4 }, (_, i) => row + i / 2)),
    wavelength: each((row) => (row % 3 ? Float64Array.from({ length: row % 5 }, (_, i) => 6519 + i / 3) : null)),
    features: Float32Array.from({ length: count * 140 }, (_, i) => Math.fround(Math.sin(i))),
    one: Float32Array.from({ length: count }, (_, i) => i),
  };
}

describe('a table that is read by others', () => {
  it.each([0, 1, 60, 8193])('has its values and types in pyarrow and DuckDB: %i rows', async (count) => {
    const written = rows(count);
    const { table } = await readByJudges({ table: await writeTable(SCHEMA, written, { metadata: { made: 'här' } }) });

    const expected: Record<string, unknown[]> = {};
    for (const [name, values] of Object.entries(written)) expected[name] = asPrinted(values as ArrayLike<unknown>);
    expected['features'] = denseRows(written.features, 140);
    expected['one'] = denseRows(written.one, 1);
    expect(table.pyarrow.rows).toEqual(expected);
    expect(table.duckdb.rows).toEqual(expected);

    expect(table.pyarrow.types).toEqual({
      text: 'string not null',
      note: 'string',
      small: 'int32 not null',
      big: 'int64 not null',
      count: 'int64',
      flag: 'bool not null',
      maybe: 'bool',
      single: 'float not null',
      double: 'double not null',
      position: 'double',
      flux: 'list<element: float not null> not null',
      wavelength: 'list<element: double not null>',
      features: 'fixed_size_list<element: float not null>[140] not null',
      one: 'fixed_size_list<element: float not null>[1] not null',
    });
    expect(table.duckdb.types).toMatchObject({ text: 'VARCHAR', big: 'BIGINT', flag: 'BOOLEAN', features: 'FLOAT[]' });
    expect(table.pyarrow.metadata).toMatchObject({ made: 'här' });
  });
});
