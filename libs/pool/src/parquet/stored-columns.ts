import type { SchemaElement, SchemaTree } from 'hyparquet';
import { PoolError } from '../pool-error.ts';
import type { ListShape } from './float-lists.ts';
import type { FloatType, ScalarType } from './schema.ts';

/** A column as a Parquet file holds it. */
export interface StoredColumn {
  name: string;
  /** What its values are read as; 'other' for what this library does not read (dates, decimals, structs …). */
  type: ScalarType | `${FloatType} list` | 'other';
  nullable: boolean;
}

/** Describes a column of the file's schema. */
export function describeColumn(node: SchemaTree): StoredColumn {
  const { name, repetition_type } = node.element;
  return { name, type: storedType(node), nullable: repetition_type !== 'REQUIRED' };
}

function storedType(node: SchemaTree): StoredColumn['type'] {
  if (node.children.length === 0 && node.element.repetition_type !== 'REPEATED') {
    return scalarType(node.element) ?? 'other';
  }
  const path = singlePath(node);
  const stored = path && floatType(path.at(-1)!);
  return stored && path.filter(isRepeated).length === 1 ? `${stored} list` : 'other';
}

/** The value type of a scalar's values; undefined for what this library does not read. */
export function scalarType(element: SchemaElement): ScalarType | undefined {
  const annotation = element.logical_type?.type ?? element.converted_type;
  const integer = annotation === undefined || annotation === 'INTEGER' || /^U?INT_/.test(annotation);
  const text = annotation === undefined || annotation === 'STRING' || annotation === 'UTF8' || annotation === 'ENUM';
  switch (element.type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
      return integer ? 'int32' : undefined;
    case 'INT64':
      return integer ? 'int64' : undefined;
    case 'FLOAT':
      return 'float32';
    case 'DOUBLE':
      return 'float64';
    case 'BYTE_ARRAY':
      return text ? 'string' : undefined;
    default:
      return undefined;
  }
}

/** How a column of float lists is stored. Errors: PoolError 'column-type' for a column of anything else. */
export function listShape(node: SchemaTree): ListShape {
  const { name } = node.element;
  const path = singlePath(node);
  const stored = path && floatType(path.at(-1)!);
  if (!stored || path.filter(isRepeated).length !== 1) {
    const found = describeColumn(node).type;
    const seen = found === 'other' ? 'something else' : found;
    throw new PoolError('column-type', `Column ${name} must hold lists of float32 or float64; it holds ${seen}.`);
  }
  const levelOf = (length: number) =>
    path.slice(0, length).filter(({ element }) => element.repetition_type !== 'REQUIRED').length;
  return { name, stored, present: levelOf(path.length), element: levelOf(path.findIndex(isRepeated) + 1) };
}

/** The nodes from a column down to its one leaf; undefined if it has several. */
function singlePath(node: SchemaTree): SchemaTree[] | undefined {
  const path = [node];
  for (let at = node; at.children.length > 0; at = at.children[0]!) {
    if (at.children.length > 1) return undefined;
    path.push(at.children[0]!);
  }
  return path;
}

const isRepeated = ({ element }: SchemaTree) => element.repetition_type === 'REPEATED';

function floatType({ element }: SchemaTree): FloatType | undefined {
  const type = scalarType(element);
  return type === 'float32' || type === 'float64' ? type : undefined;
}
