import { cellText } from './cells.ts';
import { VotableError } from './table.ts';
import type { VotableField, VotableTable } from './table.ts';
import { attributes, escapeXml } from './xml.ts';

/** 1.4 (IVOA Recommendation of 2019) keeps the namespace of 1.3; every reader in use knows it. */
const VERSION = '1.4';
const NAMESPACE = 'http://www.ivoa.net/xml/VOTable/v1.3';
const COORDINATE_SYSTEM_ID = 'coordinates';

const described = (tag: string, attributesText: string, description: string | undefined, where: string): string =>
  description === undefined
    ? `<${tag}${attributesText}/>\n`
    : `<${tag}${attributesText}><DESCRIPTION>${escapeXml(description, where)}</DESCRIPTION></${tag}>\n`;

/**
 * The datatype and size attributes. Text is unicodeChar, since names of objects and people are any Unicode, but timestamps
 * have to be char (DALI 1.1, section 3.3.3).
 */
function typeAttributes({ datatype, arraysize, xtype }: VotableField): Record<string, string | undefined> {
  if (datatype === 'text') return { datatype: xtype === undefined ? 'unicodeChar' : 'char', arraysize: '*' };
  return { datatype, arraysize: arraysize?.toString() };
}

function fieldAttributes(field: VotableField, withCoordinates: boolean): Record<string, string | undefined> {
  const { name, unit, ucd, xtype, inCoordinateSystem = false } = field;
  const ref = withCoordinates && inCoordinateSystem ? COORDINATE_SYSTEM_ID : undefined;
  return { name, ...typeAttributes(field), unit, ucd, xtype, ref };
}

function requireFields(fields: readonly VotableField[], kind: string): void {
  const names = new Set<string>();
  for (const { name, datatype, arraysize } of fields) {
    if (name.trim() === '') throw new VotableError(`A ${kind} has no name`);
    if (names.has(name)) throw new VotableError(`Two ${kind}s are called ${JSON.stringify(name)}`);
    names.add(name);
    if (datatype === 'text' && arraysize !== undefined)
      throw new VotableError(`The ${kind} ${JSON.stringify(name)} is a list of texts, which VOTable can't tell apart`);
    if (typeof arraysize === 'number' && (!Number.isSafeInteger(arraysize) || arraysize < 1))
      throw new VotableError(
        `The ${kind} ${JSON.stringify(name)} has the arraysize ${arraysize}, not a positive integer`,
      );
  }
}

/**
 * A table as VOTable 1.4 in TABLEDATA serialisation, in pieces, row by row: nothing holds the whole document.
 *
 * Missing values are empty cells (in lists of fixed length: NaNs), so a missing text reads back as an empty one; readers also
 * trim the spaces around text. Numbers are written so that they read back as the same value of their datatype.
 *
 * @throws {VotableError} for a value out of its datatype's range, a row of another length, or a character XML can't hold
 */
export function* votablePieces(table: VotableTable): Generator<string, void, undefined> {
  const { name, description, infos = [], params = [], coordinateSystem, fields } = table;
  requireFields(fields, 'column');
  requireFields(params, 'parameter');
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield (
    `<VOTABLE version="${VERSION}" xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
    `xsi:schemaLocation="${NAMESPACE} ${NAMESPACE}">\n`
  );
  yield '<RESOURCE type="results">\n';
  for (const info of infos) yield `<INFO${attributes({ name: info.name, value: info.value }, `INFO ${info.name}`)}/>\n`;
  if (coordinateSystem !== undefined) {
    const { system, epoch } = coordinateSystem;
    yield `<COOSYS${attributes({ ID: COORDINATE_SYSTEM_ID, system, epoch }, 'COOSYS')}/>\n`;
  }
  yield `<TABLE${attributes({ name }, 'TABLE')}>\n`;
  if (description !== undefined) yield `<DESCRIPTION>${escapeXml(description, 'DESCRIPTION')}</DESCRIPTION>\n`;
  const withCoordinates = coordinateSystem !== undefined;
  for (const param of params) {
    const where = `PARAM ${param.name}`;
    const value = cellText(param.value, param, where);
    const text = attributes({ ...fieldAttributes(param, withCoordinates), value }, where);
    yield described('PARAM', text, param.description, where);
  }
  for (const field of fields) {
    const where = `FIELD ${field.name}`;
    yield described('FIELD', attributes(fieldAttributes(field, withCoordinates), where), field.description, where);
  }
  yield '<DATA><TABLEDATA>\n';
  let at = 0;
  for (const row of table.rows) {
    const where = `row ${at++}`;
    if (row.length !== fields.length)
      throw new VotableError(`${where} has ${row.length} cells for ${fields.length} columns`);
    const cells = fields.map((field, column) => {
      const text = cellText(row[column] ?? null, field, where);
      return `<TD>${escapeXml(text, `${where}, column ${field.name}`)}</TD>`;
    });
    yield `<TR>${cells.join('')}</TR>\n`;
  }
  yield '</TABLEDATA></DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n';
}

/** A whole VOTable document; see votablePieces. */
export function writeVotable(table: VotableTable): string {
  return [...votablePieces(table)].join('');
}
