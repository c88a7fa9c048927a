import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoolError } from '../pool-error.ts';
import { BytesSink, bytesSource } from './byte-source.ts';
import {
  boolean,
  dense,
  float32,
  float32List,
  float64,
  float64List,
  int32,
  int64,
  optional,
  string,
} from './schema.ts';
import { TableFile, readTable } from './table-file.ts';
import { DEFAULT_GROUP_ROWS, TableWriter, writeTable } from './table-writer.ts';

const SCHEMA = {
  string,
  optionalString: optional(string),
  int32,
  optionalInt32: optional(int32),
  int64,
  optionalInt64: optional(int64),
  float32,
  optionalFloat32: optional(float32),
  float64,
  optionalFloat64: optional(float64),
  boolean,
  optionalBoolean: optional(boolean),
  float32List,
  optionalFloat64List: optional(float64List),
  optionalFloat32List: optional(float32List),
  dense: dense(3),
};

const text = fc.string({ unit: 'grapheme' });
const integer32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const integer64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const single = fc.float();
const double = fc.double();
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const row = fc.record({
  string: text,
  optionalString: orNull(text),
  int32: integer32,
  optionalInt32: orNull(integer32),
  int64: integer64,
  optionalInt64: orNull(integer64),
  float32: single,
  optionalFloat32: orNull(single),
  float64: double,
  optionalFloat64: orNull(double),
  boolean: fc.boolean(),
  optionalBoolean: orNull(fc.boolean()),
  float32List: fc.float32Array({ maxLength: 20 }),
  optionalFloat64List: orNull(fc.float64Array({ maxLength: 20 })),
  optionalFloat32List: orNull(fc.float32Array({ maxLength: 3 })),
  dense: fc.float32Array({ minLength: 3, maxLength: 3 }),
});
type Row = typeof row extends fc.Arbitrary<infer R> ? R : never;

/** The rows by column, as the reader gives them. */
function byColumn(rows: Row[]) {
  const of = <K extends keyof Row>(name: K): Row[K][] => rows.map((each) => each[name]);
  return {
    string: of('string'),
    optionalString: of('optionalString'),
    int32: Int32Array.from(of('int32')),
    optionalInt32: of('optionalInt32'),
    int64: BigInt64Array.from(of('int64')),
    optionalInt64: of('optionalInt64'),
    float32: Float32Array.from(of('float32')),
    optionalFloat32: of('optionalFloat32'),
    float64: Float64Array.from(of('float64')),
    optionalFloat64: of('optionalFloat64'),
    boolean: of('boolean'),
    optionalBoolean: of('optionalBoolean'),
    float32List: of('float32List'),
    optionalFloat64List: of('optionalFloat64List'),
    optionalFloat32List: of('optionalFloat32List'),
    dense: Float32Array.from(of('dense').flatMap((values) => [...values])),
  };
}

describe('a table', () => {
  it('is read as it was written, whatever the rows and the row groups', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 45 }), async (rows, groupRows) => {
        const table = byColumn(rows);
        const file = await TableFile.open(bytesSource(await writeTable(SCHEMA, table, { groupRows })));
        expect(file.rows).toBe(rows.length);
        expect(await file.read(SCHEMA)).toEqual(table);
      }),
      { numRuns: 150 },
    );
  });

  it('gives any rows asked for, in the order asked', async () => {
    const rowsAndPicks = fc
      .array(row, { minLength: 1, maxLength: 40 })
      .chain((rows) => fc.tuple(fc.constant(rows), fc.array(fc.nat({ max: rows.length - 1 }), { maxLength: 12 })));
    await fc.assert(
      fc.asyncProperty(rowsAndPicks, fc.integer({ min: 1, max: 15 }), async ([rows, picks], groupRows) => {
        const file = await TableFile.open(bytesSource(await writeTable(SCHEMA, byColumn(rows), { groupRows })));
        expect(await file.read(SCHEMA, { rows: picks })).toEqual(byColumn(picks.map((pick) => rows[pick]!)));
        const [start = 0, end = 0] = [picks[0], picks[1]].toSorted((a, b) => a! - b!);
        expect(await file.read(SCHEMA, { rows: { start, end } })).toEqual(byColumn(rows.slice(start, end)));
      }),
      { numRuns: 150 },
    );
  });

  it('is the same bytes however its rows were appended', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 6 }), async (parts) => {
        const sink = new BytesSink();
        const writer = new TableWriter(SCHEMA, sink, { groupRows: 7 });
        for (const part of parts) await writer.append(byColumn(part));
        await writer.finish();
        expect(sink.bytes()).toEqual(await writeTable(SCHEMA, byColumn(parts.flat()), { groupRows: 7 }));
      }),
      { numRuns: 80 },
    );
  });

  it.each([0, 1, DEFAULT_GROUP_ROWS - 1, DEFAULT_GROUP_ROWS, DEFAULT_GROUP_ROWS + 1, 2 * DEFAULT_GROUP_ROWS + 5])(
    'keeps %i rows apart at the boundaries of row groups and pages',
    async (count) => {
      const schema = { id: string, features: dense(4), flux: float32List };
      const table = {
        id: Array.from({ length: count }, (_, i) => `id ${i}`),
        features: Float32Array.from({ length: 4 * count }, (_, i) => i),
        flux: Array.from({ length: count }, (_, i) => Float32Array.from({ length: i % 70 }, () => i)),
      };
      const file = await TableFile.open(bytesSource(await writeTable(schema, table)));
      expect(await file.read(schema)).toEqual(table);
      for (let start = 0; start + 2 <= count; start += 1021) {
        expect((await file.read({ features: schema.features }, { rows: { start, end: start + 2 } })).features).toEqual(
          table.features.slice(4 * start, 4 * start + 8),
        );
      }
    },
  );

  it('finds every id by text, the first row of each', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 60 }), fc.array(text), async (ids, others) => {
        const file = await TableFile.open(bytesSource(await writeTable({ id: string }, { id: ids }, { groupRows: 5 })));
        const expected = new Map<string, number>();
        for (const id of [...ids, ...others]) if (ids.includes(id)) expected.set(id, ids.indexOf(id));
        expect(await file.findRows('id', [...ids, ...others])).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps its metadata', async () => {
    const metadata = { pool: 'LAMOST DR2', note: '{"α": 1}' };
    const file = await TableFile.open(bytesSource(await writeTable({ id: string }, { id: [] }, { metadata })));
    expect(file.metadata).toMatchObject(metadata);
  });
});

describe('rows that break their schema', () => {
  const refusal = (write: Promise<unknown>) =>
    write.then(
      () => undefined,
      (error: PoolError) => `${error.reason}: ${error.message}`,
    );

  it('are refused, naming the column and the row of the table', async () => {
    const writer = new TableWriter({ id: string }, new BytesSink(), { groupRows: 2 });
    await writer.append({ id: ['a', 'b', 'c'] });
    expect(await refusal(writer.append({ id: ['d', '\ud800'] }).then(() => writer.finish()))).toBe(
      'invalid-rows: Column id, row 4: holds a string that is not valid Unicode.',
    );
    expect(await refusal(writeTable({ n: int32 }, { n: [1, 2, 0.5] }))).toBe(
      'invalid-rows: Column n, row 2: holds 0.5, not a 32-bit integer.',
    );
    expect(await refusal(writeTable({ n: optional(int32) }, { n: [1, null, 2 ** 31] }))).toBe(
      'invalid-rows: Column n, row 2: holds 2147483648, not a 32-bit integer.',
    );
    expect(await refusal(writeTable({ n: int64 }, { n: [2n ** 63n] }))).toBe(
      'invalid-rows: Column n, row 0: holds 9223372036854775808, beyond 64-bit integers.',
    );
    expect(await refusal(writeTable({ n: float64 }, { n: [1, null as unknown as number] }))).toBe(
      'invalid-rows: Column n, row 1: has no value, but the column is required.',
    );
    expect(await refusal(writeTable({ n: float64 }, { n: ['1' as unknown as number] }))).toBe(
      'invalid-rows: Column n, row 0: holds the string 1, not float64.',
    );
    expect(await refusal(writeTable({ n: float32List }, { n: [new Float64Array(1) as unknown as Float32Array] }))).toBe(
      'invalid-rows: Column n, row 0: holds Float64Array, not a Float32Array.',
    );
  });

  it('are refused if the columns differ in length', async () => {
    expect(await refusal(writeTable({ a: string, b: dense(2) }, { a: ['x'], b: new Float32Array(3) }))).toBe(
      'invalid-rows: Column b has 1.5 rows, the columns before it 1.',
    );
    expect(await refusal(writeTable({ a: string, b: int32 }, { a: ['x'], b: [] }))).toBe(
      'invalid-rows: Column b has 0 rows, the columns before it 1.',
    );
  });

  it('are refused if the schema cannot hold any', () => {
    expect(() => new TableWriter({}, new BytesSink())).toThrow(PoolError);
    expect(() => new TableWriter({ a: dense(0) }, new BytesSink())).toThrow(PoolError);
  });

  it('are not to be read beyond the end', async () => {
    const source = bytesSource(await writeTable({ id: string }, { id: ['a', 'b'] }));
    expect(await refusal(readTable(source, { id: string }, { rows: [2] }))).toBe(
      'row-range: Row 2 was asked for; the table has 2 rows, counted from 0.',
    );
    expect(await refusal(readTable(source, { id: string }, { rows: { start: 0, end: 3 } }))).toContain('row-range');
    expect(await refusal(readTable(source, { id: string }, { rows: [-1] }))).toContain('row-range');
  });
});
