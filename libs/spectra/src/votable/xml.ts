import { VotableError } from './table.ts';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Parsers turn these into spaces in attributes, and a bare carriage return into a line feed anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const SPECIAL = /[&<>"\t\n\r]/g;

/** What XML 1.0 (section 2.2) can't hold in any form: control characters, lone surrogates and two non-characters. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/**
 * Text for an element or attribute, escaped.
 * @throws {VotableError} for a character that XML can't hold
 */
export function escapeXml(text: string, where: string): string {
  const bad = NOT_XML.exec(text);
  if (bad !== null) {
    const code = (bad[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0').toUpperCase();
    throw new VotableError(`${where}: XML can't hold the character U+${code} of ${JSON.stringify(text)}; remove it`);
  }
  return text.replace(SPECIAL, (character) => ENTITIES[character] ?? character);
}

/** Attributes in the order given, those that are undefined left out, each with a space before. */
export function attributes(values: Record<string, string | undefined>, where: string): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(value, where)}"`))
    .join('');
}
