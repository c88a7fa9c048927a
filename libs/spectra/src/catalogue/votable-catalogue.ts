import type { CatalogueTable } from './catalogue-column.ts';
import { CatalogueError } from './catalogue-error.ts';
import { binaryRows, type BinaryField } from './votable-binary.ts';

interface Field extends BinaryField {
  name: string;
  ucd: string;
  unit: string;
}

const TAG =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;
const ATTRIBUTE = /(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITY = /&(?:#(\d+)|#x([0-9a-f]+)|(amp|lt|gt|quot|apos));/gi;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the first table with data of a VOTable (1.1 to 1.5) in TABLEDATA, BINARY or BINARY2.
 * @throws {CatalogueError}
 */
export function readVotableCatalogue(text: string): CatalogueTable {
  let fields: Field[] = [];
  let rows: string[][] = [];
  let row: string[] = [];
  let cellFrom = 0;
  let inField = false;
  for (const match of text.matchAll(TAG)) {
    const [whole, closing, tag, attributes = '', empty] = match;
    if (tag === undefined) continue;
    const end = closing === '/';
    const at = match.index;
    switch (tag.toUpperCase()) {
      case 'TABLE':
        if (!end) fields = [];
        break;
      case 'FIELD':
        if (!end) fields.push(fieldOf(attributesOf(attributes)));
        inField = !end && empty !== '/';
        break;
      case 'NULL':
      case 'VALUES': {
        const missing = attributesOf(attributes)['null'];
        const field = fields.at(-1);
        if (inField && missing !== undefined && field) field.missing = missing;
        break;
      }
      case 'TR':
        if (!end) row = [];
        else {
          if (row.length !== fields.length)
            throw new CatalogueError(
              `Row ${rows.length + 1} of the VOTable has ${row.length} cells for ${fields.length} fields`,
            );
          rows.push(row);
        }
        break;
      case 'TD':
        if (empty === '/') row.push('');
        else if (!end) cellFrom = at + whole.length;
        else row.push(cellText(text.slice(cellFrom, at), fields[row.length]?.missing));
        break;
      case 'TABLEDATA':
        if (end || empty === '/') return table(fields, rows);
        rows = [];
        break;
      case 'STREAM':
        if (!end) cellFrom = at + whole.length;
        if (!end && attributesOf(attributes)['href'] !== undefined)
          throw new CatalogueError('The data of the VOTable lie in another file: save it with its data inside');
        if (!end && (attributesOf(attributes)['encoding'] ?? 'base64').toLowerCase() !== 'base64')
          throw new CatalogueError('The data of the VOTable are in an unknown encoding: save it as TABLEDATA');
        break;
      case 'BINARY':
      case 'BINARY2':
        if (end) {
          const stream = text.slice(cellFrom, text.lastIndexOf('</', at - 1));
          return table(fields, binaryRows(Buffer.from(stream, 'base64'), fields, tag.toUpperCase() === 'BINARY2'));
        }
        break;
      case 'FITS':
        throw new CatalogueError('The data of the VOTable are a FITS file inside: save it as TABLEDATA');
      default:
    }
  }
  throw new CatalogueError('The VOTable has no table with data, or ends too early: fetch it again');
}

function table(fields: readonly Field[], rows: readonly (readonly string[])[]): CatalogueTable {
  const columns = fields.map(({ name, ucd, unit }, at) => ({
    name,
    ucd,
    unit,
    cells: () => rows.map((row) => row[at] ?? ''),
  }));
  return { format: 'votable', rows: rows.length, columns };
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', double, single] of text.matchAll(ATTRIBUTE)) found[name] = decoded(double ?? single ?? '');
  return found;
}

function fieldOf(attributes: Record<string, string>): Field {
  const { name = attributes['ID'] ?? '', ucd = '', unit = '', datatype = 'char', arraysize } = attributes;
  return { name, ucd, unit, datatype, arraysize: arraysize ?? '', missing: undefined };
}

function cellText(source: string, missing: string | undefined): string {
  const text = decoded(
    source.replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, inside: string) => inside.replaceAll('&', '&amp;')),
  ).trim();
  return text === missing ? '' : text;
}

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(ENTITY, (_, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? '';
    const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
