import type { ParquetType, SchemaElement } from 'hyparquet';
import type { ScalarType, TableSchema } from './schema.ts';

/** The physical type that holds each value type. */
export const PARQUET_TYPES: Readonly<Record<ScalarType, ParquetType>> = {
  string: 'BYTE_ARRAY',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FLOAT',
  float64: 'DOUBLE',
  boolean: 'BOOLEAN',
};

/** The schema of the footer: the root, then the elements of each column, depth first. */
export function parquetElements(schema: TableSchema): SchemaElement[] {
  const elements: SchemaElement[] = [{ name: 'schema', num_children: Object.keys(schema).length }];
  for (const [name, column] of Object.entries(schema)) {
    const repetition_type = column.kind !== 'dense' && column.nullable ? 'OPTIONAL' : 'REQUIRED';
    if (column.kind === 'scalar') {
      const text: Partial<SchemaElement> =
        column.type === 'string' ? { converted_type: 'UTF8', logical_type: { type: 'STRING' } } : {};
      elements.push({ name, type: PARQUET_TYPES[column.type], repetition_type, ...text });
    } else {
      elements.push(
        { name, num_children: 1, repetition_type, converted_type: 'LIST', logical_type: { type: 'LIST' } },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
        {
          name: 'element',
          type: PARQUET_TYPES[column.kind === 'dense' ? 'float32' : column.type],
          repetition_type: 'REQUIRED',
        },
      );
    }
  }
  return elements;
}
