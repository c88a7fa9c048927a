import { CARD_BYTES } from './block.ts';
import { FitsError } from './fits-error.ts';

/** A complex number of a header card. */
export interface Complex {
  readonly real: number;
  readonly imaginary: number;
}

/**
 * Value of a header card: integers beyond ±2^53 are bigint, `null` is FITS's "undefined" (no value after `= `).
 */
export type CardValue = string | number | bigint | boolean | Complex | null;

/** One keyword of a header, with CONTINUE cards already joined. */
export interface Card {
  /** Upper-case keyword; for HIERARCH cards the words after HIERARCH; '' for blank commentary cards. */
  readonly keyword: string;
  /** Absent in commentary cards (COMMENT, HISTORY, blank), whose text is `comment`. */
  readonly value?: CardValue;
  /** Text after the slash, or the text of a commentary card. */
  readonly comment?: string;
  /** Set for a number that was or shall be written as floating point although it is whole (`1.0`). */
  readonly float?: boolean;
  /** Set by the reader where the value is none that FITS knows: `value` is then the text as it stands. */
  readonly malformed?: boolean;
}

const KEYWORD_BYTES = 8;
const VALUE_INDICATOR = '= ';
const HIERARCH = 'HIERARCH ';
/** Text of a commentary card, and longest value of a CONTINUE card. */
const COMMENTARY_BYTES = CARD_BYTES - KEYWORD_BYTES;
/** Fixed-format numbers and logicals end in column 30 (FITS standard 4.0, section 4.2). */
const FIXED_VALUE_BYTES = 20;
/** Fixed-format strings are padded to eight characters between the quotes (section 4.2.1.1). */
const FIXED_STRING_BYTES = 8;

const COMMENTARY_KEYWORDS = new Set(['COMMENT', 'HISTORY', '']);

/** The keyword of an 80-character card image, upper-case and without HIERARCH. */
export function keywordOf(image: string): string {
  const word = image.slice(0, KEYWORD_BYTES).trimEnd();
  if (word === 'HIERARCH' && image[KEYWORD_BYTES] === ' ') {
    const equals = image.indexOf('=');
    if (equals > 0) return image.slice(HIERARCH.length, equals).trim();
  }
  return word.toUpperCase();
}

/**
 * Parses a card.
 * @param image 80 characters
 * @param continuations the images of the CONTINUE cards behind it
 */
export function parseCard(image: string, continuations: readonly string[] = []): Card {
  const keyword = keywordOf(image);
  let field: string;
  if (image.startsWith(HIERARCH) && image.includes('=')) {
    field = image.slice(image.indexOf('=') + 1);
  } else if (image.startsWith(VALUE_INDICATOR, KEYWORD_BYTES) && !COMMENTARY_KEYWORDS.has(keyword)) {
    field = image.slice(KEYWORD_BYTES + VALUE_INDICATOR.length);
  } else {
    return { keyword, comment: image.slice(KEYWORD_BYTES).trimEnd() };
  }
  const first = parseField(field);
  if (continuations.length === 0 || typeof first.value !== 'string') return { keyword, ...first };
  let value = first.value;
  const comments = first.comment === undefined ? [] : [first.comment];
  for (const continuation of continuations) {
    const next = parseField(continuation.slice(KEYWORD_BYTES));
    if (value.endsWith('&')) value = value.slice(0, -1);
    if (typeof next.value === 'string') value += next.value;
    if (next.comment !== undefined) comments.push(next.comment);
  }
  return { keyword, value: value.trimEnd(), ...(comments.length > 0 && { comment: comments.join(' ') }) };
}

type Field = Omit<Card, 'keyword'>;

/** Parses a value and its comment, in fixed or free format (section 4.2). */
function parseField(field: string): Field {
  const text = field.trimStart();
  if (text.startsWith("'")) return parseString(text);
  const slash = text.indexOf('/');
  const token = (slash < 0 ? text : text.slice(0, slash)).trim();
  const comment = slash < 0 ? '' : text.slice(slash + 1).trim();
  return { ...parseToken(token), ...(comment !== '' && { comment }) };
}

function parseString(text: string): Field {
  let value = '';
  let from = 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote < 0) return { value: text.trimEnd(), malformed: true };
    value += text.slice(from, quote);
    if (text[quote + 1] !== "'") {
      const rest = text.slice(quote + 1).trim();
      const comment = rest.startsWith('/') ? rest.slice(1).trim() : '';
      return { value: value.trimEnd(), ...(comment !== '' && { comment }) };
    }
    value += "'";
    from = quote + 2;
  }
}

const INTEGER = /^[+-]?\d+$/;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[DEde][+-]?\d+)?$/;
const COMPLEX = /^\(\s*([^,\s]+)\s*,\s*([^,\s]+)\s*\)$/;

function parseToken(token: string): Field {
  if (token === '') return { value: null };
  if (token === 'T') return { value: true };
  if (token === 'F') return { value: false };
  if (INTEGER.test(token)) {
    const value = Number(token);
    if (Number.isSafeInteger(value)) return { value: value === 0 ? 0 : value };
    return { value: BigInt(token.startsWith('+') ? token.slice(1) : token) };
  }
  if (FLOAT.test(token)) {
    const value = parseFloatToken(token);
    return { value, ...(Number.isInteger(value) && { float: true }) };
  }
  const [, real, imaginary] = COMPLEX.exec(token) ?? [];
  if (real !== undefined && imaginary !== undefined && FLOAT.test(real) && FLOAT.test(imaginary)) {
    return { value: { real: parseFloatToken(real), imaginary: parseFloatToken(imaginary) } };
  }
  return { value: token, malformed: true };
}

/** A FITS floating-point number, whose exponent may be written with D. */
export function parseFloatToken(token: string): number {
  return Number(token.replace(/[Dd]/, 'e'));
}

/**
 * Formats a card as one or more images of 80 characters: fixed format where the standard has one, CONTINUE for long
 * strings, HIERARCH for keywords of more than eight characters or with blanks. A comment that does not fit is cut.
 * @throws FitsError 'unwritable' for text outside printable ASCII, numbers that are not finite, keywords FITS forbids
 */
export function formatCard(card: Card): string[] {
  const { keyword, value, comment = '' } = card;
  assertPrintable(keyword, comment);
  if (value === undefined) return formatCommentary(keyword, comment);
  const prefix = cardPrefix(keyword);
  if (typeof value === 'string') return formatString(keyword, prefix, value, comment);
  const token = formatToken(keyword, value, card.float ?? false);
  const image = prefix + (prefix.startsWith(HIERARCH) ? token : token.padStart(FIXED_VALUE_BYTES));
  if (image.length > CARD_BYTES) {
    throw new FitsError('unwritable', 'The keyword and its value are longer than a card: shorten the keyword', {
      card: keyword,
    });
  }
  return [withComment(image, comment)];
}

function cardPrefix(keyword: string): string {
  if (/^[A-Z0-9_-]{1,8}$/.test(keyword)) return keyword.padEnd(KEYWORD_BYTES) + VALUE_INDICATOR;
  if (keyword === '' || keyword.includes('=') || keyword !== keyword.trim()) {
    throw new FitsError('unwritable', `'${keyword}' can be no FITS keyword: use letters, digits, _ and -`);
  }
  return `${HIERARCH}${keyword} ${VALUE_INDICATOR}`;
}

function formatCommentary(keyword: string, text: string): string[] {
  if (!/^[A-Z0-9_-]{0,8}$/.test(keyword)) {
    throw new FitsError('unwritable', `'${keyword}' can be no commentary keyword: use COMMENT or HISTORY`);
  }
  const images: string[] = [];
  for (let from = 0; from === 0 || from < text.length; from += COMMENTARY_BYTES) {
    const piece = text.slice(from, from + COMMENTARY_BYTES);
    images.push((keyword.padEnd(KEYWORD_BYTES) + piece).padEnd(CARD_BYTES));
  }
  return images;
}

function formatToken(keyword: string, value: Exclude<CardValue, string>, float: boolean): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !float && !Object.is(value, -0) ? String(value) : formatFloat(keyword, value);
  }
  return `(${formatFloat(keyword, value.real)}, ${formatFloat(keyword, value.imaginary)})`;
}

function formatFloat(keyword: string, value: number): string {
  if (!Number.isFinite(value)) {
    throw new FitsError('unwritable', `A header cannot hold ${value}: leave the card out or give null`, {
      card: keyword,
    });
  }
  const [mantissa = '', exponent] = (Object.is(value, -0) ? '-0' : String(value)).split('e');
  const decimal = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? decimal : `${decimal}E${exponent}`;
}

/** Formats a string, in pieces that end in '&' and go on in CONTINUE cards where it is long (section 4.2.1.2). */
function formatString(keyword: string, prefix: string, value: string, comment: string): string[] {
  assertPrintable(keyword, value);
  const quoted = value.replaceAll("'", "''");
  if (prefix.length + quoted.length + 2 <= CARD_BYTES) {
    const padding = prefix.startsWith(HIERARCH) ? 0 : FIXED_STRING_BYTES;
    const token = `'${quoted.padEnd(padding)}'`;
    const image = prefix + (prefix.startsWith(HIERARCH) ? token : token.padEnd(FIXED_VALUE_BYTES));
    return [withComment(image, comment)];
  }
  const images: string[] = [];
  let lead = prefix;
  let rest = quoted;
  while (lead.length + rest.length + 2 > CARD_BYTES) {
    let room = CARD_BYTES - lead.length - "'&'".length;
    // A doubled quote stays in one piece.
    const quotesBefore = /'*$/.exec(rest.slice(0, room))![0].length;
    if (quotesBefore % 2 === 1) room--;
    if (room <= 0) {
      throw new FitsError('unwritable', 'The keyword leaves no room for its value: shorten it', { card: keyword });
    }
    images.push(`${lead}'${rest.slice(0, room)}&'`.padEnd(CARD_BYTES));
    rest = rest.slice(room);
    lead = 'CONTINUE  ';
  }
  images.push(withComment(`${lead}'${rest}'`, comment));
  return images;
}

function withComment(image: string, comment: string): string {
  const full = comment === '' ? image : `${image} / ${comment}`;
  return full.slice(0, Math.max(CARD_BYTES, image.length)).padEnd(CARD_BYTES);
}

function assertPrintable(keyword: string, text: string): void {
  if (!/^[ -~]*$/.test(text) || !/^[ -~]*$/.test(keyword)) {
    throw new FitsError('unwritable', 'A header holds printable ASCII only: replace the other characters', {
      card: keyword,
    });
  }
}
