import type { Column, TableSchema } from './schema.ts';

// The Arrow schema of a table, as Arrow readers find it under the key ARROW:schema of a Parquet file: an encapsulated
// IPC message in base64 (https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format). With it
// pyarrow and Polars restore fixed_size_list; Parquet itself knows only lists.

/** Key of the file metadata under which Arrow keeps its schema. */
export const ARROW_SCHEMA_KEY = 'ARROW:schema';

// Identifiers of format/Schema.fbs and format/Message.fbs.
const METADATA_V5 = 4;
const MESSAGE_HEADER_SCHEMA = 1;
const TYPE = { int: 2, floatingPoint: 3, utf8: 5, bool: 6, list: 12, fixedSizeList: 16 } as const;
const PRECISION = { float32: 1, float64: 2 } as const;

/**
 * The base64 text to store under ARROW_SCHEMA_KEY. The file's metadata goes in as well: where this schema is found,
 * pyarrow shows only the metadata in it.
 */
export function arrowSchema(schema: TableSchema, metadata: Readonly<Record<string, string>> = {}): string {
  const builder = new FlatBuilder();
  const fields = builder.vector(Object.entries(schema).map(([name, column]) => field(builder, name, column)));
  const pairs = builder.vector(
    Object.entries(metadata).map(([key, value]) => {
      const [keyText, valueText] = [builder.string(key), builder.string(value)];
      return builder.table([{ offset: keyText }, { offset: valueText }]);
    }),
  );
  const header = builder.table([undefined, { offset: fields }, { offset: pairs }]);
  const message = builder.table([
    { int16: METADATA_V5 },
    { uint8: MESSAGE_HEADER_SCHEMA },
    { offset: header },
    { int64: 0n },
  ]);
  const body = builder.finish(message);
  const bytes = Buffer.alloc(8 + body.byteLength);
  bytes.writeUInt32LE(0xffffffff, 0);
  bytes.writeInt32LE(body.byteLength, 4);
  bytes.set(body, 8);
  return bytes.toString('base64');
}

function field(builder: FlatBuilder, name: string, column: Column): number {
  const children = builder.vector(column.kind === 'scalar' ? [] : [field(builder, 'element', elementOf(column))]);
  const [type, table] = arrowType(builder, column);
  const nullable = column.kind !== 'dense' && column.nullable;
  const label = builder.string(name);
  return builder.table([
    { offset: label },
    { uint8: nullable ? 1 : 0 },
    { uint8: type },
    { offset: table },
    undefined,
    { offset: children },
  ]);
}

const elementOf = (column: Exclude<Column, { kind: 'scalar' }>): Column => ({
  kind: 'scalar',
  type: column.kind === 'dense' ? 'float32' : column.type,
  nullable: false,
});

function arrowType(builder: FlatBuilder, column: Column): [type: number, table: number] {
  if (column.kind === 'dense') return [TYPE.fixedSizeList, builder.table([{ int32: column.width }])];
  if (column.kind === 'list') return [TYPE.list, builder.table([])];
  switch (column.type) {
    case 'string':
      return [TYPE.utf8, builder.table([])];
    case 'boolean':
      return [TYPE.bool, builder.table([])];
    case 'int32':
    case 'int64':
      return [TYPE.int, builder.table([{ int32: column.type === 'int32' ? 32 : 64 }, { uint8: 1 }])];
    case 'float32':
    case 'float64':
      return [TYPE.floatingPoint, builder.table([{ int16: PRECISION[column.type] }])];
  }
}

type Slot = { uint8: number } | { int16: number } | { int32: number } | { int64: bigint } | { offset: number };

/**
 * As much of FlatBuffers (https://flatbuffers.dev/internals/) as a schema needs. The buffer grows from its end towards
 * its start, so that an offset always points to what was written before; positions count bytes from the end.
 */
class FlatBuilder {
  #bytes = Buffer.alloc(1024);
  #used = 0;

  string(text: string): number {
    const utf8 = Buffer.from(text, 'utf8');
    this.#align(4, utf8.length + 1);
    this.#push(1);
    this.#at(this.#push(utf8.length)).set(utf8);
    return this.#uint32(utf8.length);
  }

  vector(positions: number[]): number {
    this.#align(4, 4 * positions.length);
    for (const position of positions.toReversed()) this.#offset(position);
    return this.#uint32(positions.length);
  }

  /** A table whose n-th slot holds the n-th value; holes are absent. */
  table(slots: (Slot | undefined)[]): number {
    const end = this.#used;
    const at: number[] = [];
    for (let i = slots.length - 1; i >= 0; i--) {
      const slot = slots[i];
      if (slot) at[i] = this.#slot(slot);
    }
    this.#align(4, 0);
    const table = this.#push(4);
    // The vtable goes right before the table: its size, the table's size, then each slot's distance from the table.
    for (let i = slots.length - 1; i >= 0; i--) this.#uint16(at[i] === undefined ? 0 : table - at[i]!);
    this.#uint16(table - end);
    const vtable = this.#uint16(4 + 2 * slots.length);
    this.#at(table).writeInt32LE(vtable - table, 0);
    return table;
  }

  /** The finished buffer, its length a multiple of 8. */
  finish(root: number): Buffer {
    this.#align(8, 4);
    this.#offset(root);
    return this.#bytes.subarray(this.#bytes.length - this.#used);
  }

  #slot(slot: Slot): number {
    if ('uint8' in slot) {
      const at = this.#push(1);
      this.#at(at).writeUInt8(slot.uint8, 0);
      return at;
    }
    if ('int16' in slot) {
      this.#align(2, 0);
      const at = this.#push(2);
      this.#at(at).writeInt16LE(slot.int16, 0);
      return at;
    }
    if ('int32' in slot) {
      this.#align(4, 0);
      const at = this.#push(4);
      this.#at(at).writeInt32LE(slot.int32, 0);
      return at;
    }
    if ('int64' in slot) {
      this.#align(8, 0);
      const at = this.#push(8);
      this.#at(at).writeBigInt64LE(slot.int64, 0);
      return at;
    }
    this.#align(4, 0);
    return this.#offset(slot.offset);
  }

  #offset(target: number): number {
    const at = this.#push(4);
    this.#at(at).writeUInt32LE(at - target, 0);
    return at;
  }

  #uint32(value: number): number {
    const at = this.#push(4);
    this.#at(at).writeUInt32LE(value, 0);
    return at;
  }

  #uint16(value: number): number {
    const at = this.#push(2);
    this.#at(at).writeUInt16LE(value, 0);
    return at;
  }

  /** Pads so that after `size` more bytes the position is a multiple of `alignment`. */
  #align(alignment: number, size: number): void {
    while ((this.#used + size) % alignment !== 0) this.#push(1);
  }

  #push(size: number): number {
    if (this.#used + size > this.#bytes.length) {
      const grown = Buffer.alloc(2 * (this.#used + size));
      this.#bytes.copy(grown, grown.length - this.#used, this.#bytes.length - this.#used);
      this.#bytes = grown;
    }
    this.#used += size;
    return this.#used;
  }

  #at(position: number): Buffer {
    return this.#bytes.subarray(this.#bytes.length - position);
  }
}
