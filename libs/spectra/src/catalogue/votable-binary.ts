import { CatalogueError } from './catalogue-error.ts';

/** A field as far as its bytes go. */
export interface BinaryField {
  name: string;
  datatype: string;
  /** Such as '', '8', '*', '12*', '2x3'. */
  arraysize: string;
  /** What stands for a missing value. */
  missing: string | undefined;
}

/** Bytes of one element (VOTable 1.4, section 2.1); bits are packed. */
const BYTES: Record<string, number> = {
  boolean: 1,
  bit: 1 / 8,
  unsignedByte: 1,
  short: 2,
  int: 4,
  long: 8,
  char: 1,
  unicodeChar: 2,
  float: 4,
  double: 8,
  floatComplex: 8,
  doubleComplex: 16,
};

/**
 * Rows of the serialisations BINARY and BINARY2 (VOTable 1.4, sections 5.3 and 5.4) as text; only scalars and texts are decoded,
 * of arrays nothing is told.
 * @param withNulls BINARY2: flags of missing cells stand before each row
 * @throws {CatalogueError}
 */
export function binaryRows(bytes: Buffer, fields: readonly BinaryField[], withNulls: boolean): string[][] {
  const rows: string[][] = [];
  const flagBytes = withNulls ? Math.ceil(fields.length / 8) : 0;
  let at = 0;
  const take = (size: number): number => {
    const from = at;
    at += size;
    if (at > bytes.length)
      throw new CatalogueError(`The data of the VOTable end in row ${rows.length + 1}: fetch it again`);
    return from;
  };
  while (at < bytes.length) {
    const flags = take(flagBytes);
    rows.push(
      fields.map((field, number) => {
        const { from, count, bytes: size } = extent(field, bytes, take);
        const isMissing = withNulls && ((bytes[flags + (number >> 3)] ?? 0) & (0x80 >> (number & 7))) !== 0;
        const text = isMissing ? '' : cell(field, bytes.subarray(from, from + size), count);
        return text === field.missing ? '' : text;
      }),
    );
  }
  return rows;
}

function extent({ name, datatype, arraysize }: BinaryField, bytes: Buffer, take: (size: number) => number) {
  const element = BYTES[datatype];
  if (element === undefined) throw new CatalogueError(`Field ${name} has the unknown datatype "${datatype}"`);
  let count = 1;
  if (arraysize.includes('*')) {
    const known = arraysize
      .split('x')
      .slice(0, -1)
      .reduce((product, length) => product * Number(length), 1);
    const lengths = bytes.length >= 4 ? take(4) : take(Infinity);
    count = bytes.readUInt32BE(lengths) * (arraysize.includes('x') ? known : 1);
  } else if (arraysize !== '') {
    count = arraysize.split('x').reduce((product, length) => product * Number(length), 1);
  }
  const size = Math.ceil(count * element);
  return { from: take(size), count, bytes: size };
}

function cell({ datatype }: BinaryField, bytes: Buffer, count: number): string {
  switch (datatype) {
    case 'char':
      return bytes.toString('utf8').replace(/\0.*$/s, '').trim();
    case 'unicodeChar':
      return Buffer.from(bytes).swap16().toString('utf16le').replace(/\0.*$/s, '').trim();
    case 'unsignedByte':
      return count === 1 ? String(bytes[0]) : '';
    case 'short':
      return count === 1 ? String(bytes.readInt16BE()) : '';
    case 'int':
      return count === 1 ? String(bytes.readInt32BE()) : '';
    case 'long':
      return count === 1 ? String(bytes.readBigInt64BE()) : '';
    case 'float':
      return count === 1 ? numberText(bytes.readFloatBE()) : '';
    case 'double':
      return count === 1 ? numberText(bytes.readDoubleBE()) : '';
    default:
      return '';
  }
}

function numberText(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}
