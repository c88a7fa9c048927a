/** The value types of a scalar column. int64 is a bigint. */
export interface ScalarValues {
  string: string;
  int32: number;
  int64: bigint;
  float32: number;
  float64: number;
  boolean: boolean;
}

interface ScalarArrays {
  string: string[];
  int32: Int32Array;
  int64: BigInt64Array;
  float32: Float32Array;
  float64: Float64Array;
  boolean: boolean[];
}

interface FloatArrays {
  float32: Float32Array;
  float64: Float64Array;
}

export type ScalarType = keyof ScalarValues;
export type FloatType = keyof FloatArrays;

/** One value a row. */
export interface ScalarColumn<T extends ScalarType = ScalarType, N extends boolean = boolean> {
  readonly kind: 'scalar';
  readonly type: T;
  readonly nullable: N;
}

/** Exactly `width` float32 values a row; a table's values lie in one row-major Float32Array. */
export interface DenseColumn {
  readonly kind: 'dense';
  readonly width: number;
}

/** Any number of floats a row. */
export interface ListColumn<T extends FloatType = FloatType, N extends boolean = boolean> {
  readonly kind: 'list';
  readonly type: T;
  readonly nullable: N;
}

export type Column = ScalarColumn | DenseColumn | ListColumn;

/** The columns of a table, in file order. */
export type TableSchema = Readonly<Record<string, Column>>;

const scalar = <T extends ScalarType>(type: T): ScalarColumn<T, false> => ({ kind: 'scalar', type, nullable: false });

export const string = scalar('string');
export const int32 = scalar('int32');
export const int64 = scalar('int64');
export const float32 = scalar('float32');
export const float64 = scalar('float64');
export const boolean = scalar('boolean');
export const float32List: ListColumn<'float32', false> = { kind: 'list', type: 'float32', nullable: false };
export const float64List: ListColumn<'float64', false> = { kind: 'list', type: 'float64', nullable: false };

/** A column of `width` float32 values a row. */
export const dense = (width: number): DenseColumn => ({ kind: 'dense', width });

/** The same column, where a row may hold null. */
export function optional<T extends ScalarType>(column: ScalarColumn<T, false>): ScalarColumn<T, true>;
export function optional<T extends FloatType>(column: ListColumn<T, false>): ListColumn<T, true>;
export function optional(column: ScalarColumn | ListColumn): ScalarColumn | ListColumn {
  return { ...column, nullable: true };
}

type OrNull<V, N extends boolean> = N extends true ? V | null : V;

/** What a reader returns for a column: typed arrays where no null can occur, plain arrays otherwise. */
export type ColumnData<C extends Column> = C extends DenseColumn
  ? Float32Array
  : C extends ListColumn<infer T, infer N>
    ? OrNull<FloatArrays[T], N>[]
    : C extends ScalarColumn<infer T, infer N>
      ? N extends true
        ? (ScalarValues[T] | null)[]
        : ScalarArrays[T]
      : never;

/** What a writer takes for a column: anything that can be indexed and holds the right values. */
export type ColumnInput<C extends Column> = C extends DenseColumn
  ? Float32Array
  : C extends ListColumn<infer T, infer N>
    ? readonly OrNull<FloatArrays[T], N>[]
    : C extends ScalarColumn<infer T, infer N>
      ? ArrayLike<OrNull<ScalarValues[T], N>>
      : never;

export type TableData<S extends TableSchema> = { [K in keyof S]: ColumnData<S[K]> };
export type TableInput<S extends TableSchema> = { readonly [K in keyof S]: ColumnInput<S[K]> };

/** The given columns of a schema. */
export function pickColumns<S extends TableSchema, K extends keyof S & string>(
  schema: S,
  names: readonly K[],
): Pick<S, K> {
  return Object.fromEntries(names.map((name) => [name, schema[name]])) as Pick<S, K>;
}

/** The kinds of columns, for schemas outside of this library: `{ id: column.string, flux: column.dense(140) }`. */
export const column = {
  string,
  int32,
  int64,
  float32,
  float64,
  boolean,
  float32List,
  float64List,
  dense,
  optional,
} as const;
