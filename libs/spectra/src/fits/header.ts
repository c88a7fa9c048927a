import { BLOCK_BYTES, CARD_BYTES } from './block.ts';
import { keywordOf, parseCard } from './card.ts';
import type { Card, CardValue } from './card.ts';
import { FitsError } from './fits-error.ts';

const CARDS_PER_BLOCK = BLOCK_BYTES / CARD_BYTES;
const CONTINUE = 'CONTINUE';

/**
 * The header of an HDU. Cards are found at once and parsed when asked for. Where a keyword stands more than once,
 * the first counts.
 */
export class FitsHeader {
  readonly #text: string;
  /** Index of the HDU, for messages. */
  readonly #hdu: number;
  /** Byte offset of the header in the file, for messages. */
  readonly #offset: number;
  readonly #cardNumber = new Map<string, number>();
  readonly #cardCount: number;
  #cards: readonly Card[] | undefined;

  /**
   * @param text the cards before END, 80 characters each
   * @param hdu index of the HDU
   * @param offset byte offset of the header in the file
   */
  constructor(text: string, hdu: number, offset: number) {
    this.#text = text;
    this.#hdu = hdu;
    this.#offset = offset;
    this.#cardCount = text.length / CARD_BYTES;
    for (let number = 0; number < this.#cardCount; number++) {
      const keyword = keywordOf(this.#image(number));
      if (!this.#cardNumber.has(keyword)) this.#cardNumber.set(keyword, number);
    }
  }

  /** Every card in order, CONTINUE cards joined to the card they continue. */
  get cards(): readonly Card[] {
    if (this.#cards === undefined) {
      const cards: Card[] = [];
      for (let number = 0; number < this.#cardCount; number++) {
        const { card, next } = this.#parse(number);
        cards.push(card);
        number = next - 1;
      }
      this.#cards = cards;
    }
    return this.#cards;
  }

  /** Whether the keyword stands in the header. */
  has(keyword: string): boolean {
    return this.#cardNumber.has(keyword);
  }

  /** The value of a keyword; undefined where it is absent, null where it stands without a value. */
  get(keyword: string): CardValue | undefined {
    return this.card(keyword)?.value;
  }

  /** The card of a keyword. */
  card(keyword: string): Card | undefined {
    const number = this.#cardNumber.get(keyword);
    return number === undefined ? undefined : this.#parse(number).card;
  }

  /** The value as a finite number; undefined where it is absent, undefined or no number. */
  number(keyword: string): number | undefined {
    const value = this.get(keyword);
    if (typeof value === 'bigint') return Number(value);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }

  /** The value as a whole number of any size; undefined where it is none. */
  integer(keyword: string): number | bigint | undefined {
    const value = this.get(keyword);
    return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)) ? value : undefined;
  }

  /** The value as text; undefined where it is absent, empty or no string. */
  string(keyword: string): string | undefined {
    const value = this.get(keyword);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /**
   * The value as a non-negative whole number, for the keywords that describe a data unit.
   * @throws FitsError 'corrupt' where it is anything else, or absent without a fallback
   */
  size(keyword: string, fallback?: number): number {
    const value = this.get(keyword);
    if (value === undefined && fallback !== undefined) return fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.corrupt(keyword, `${keyword} must be a whole number of zero or more, found ${describe(value)}`);
  }

  /** An error about one of this header's cards. */
  corrupt(keyword: string, message: string): FitsError {
    const number = this.#cardNumber.get(keyword);
    const offset = this.#offset + (number ?? 0) * CARD_BYTES;
    return new FitsError('corrupt', message, { hdu: this.#hdu, card: keyword, offset });
  }

  #image(number: number): string {
    return this.#text.slice(number * CARD_BYTES, (number + 1) * CARD_BYTES);
  }

  #parse(number: number): { card: Card; next: number } {
    let next = number + 1;
    while (next < this.#cardCount && this.#text.startsWith(CONTINUE, next * CARD_BYTES)) next++;
    const continuations: string[] = [];
    for (let i = number + 1; i < next; i++) continuations.push(this.#image(i));
    return { card: parseCard(this.#image(number), continuations), next };
  }
}

function describe(value: CardValue | undefined): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/**
 * Reads the header that begins at `offset`.
 * @param bytes the whole file
 * @returns the header and the offset of the data unit behind it
 * @throws FitsError 'truncated' where the file ends before END, 'corrupt' where a keyword holds other than text
 */
export function readHeader(bytes: Buffer, offset: number, hdu: number): { header: FitsHeader; end: number } {
  let cards = 0;
  for (let block = offset; ; block += BLOCK_BYTES) {
    if (block + BLOCK_BYTES > bytes.length) {
      throw new FitsError('truncated', 'The file ends inside a header: fetch it again', { hdu, offset: bytes.length });
    }
    for (let i = 0; i < CARDS_PER_BLOCK; i++, cards++) {
      const at = block + i * CARD_BYTES;
      if (isEnd(bytes, at)) {
        const header = new FitsHeader(bytes.toString('latin1', offset, offset + cards * CARD_BYTES), hdu, offset);
        return { header, end: block + BLOCK_BYTES };
      }
      assertKeyword(bytes, at, hdu);
    }
  }
}

function isEnd(bytes: Buffer, at: number): boolean {
  // "END" and five blanks.
  if (bytes[at] !== 0x45 || bytes[at + 1] !== 0x4e || bytes[at + 2] !== 0x44) return false;
  for (let i = 3; i < 8; i++) if (bytes[at + i] !== 0x20) return false;
  return true;
}

function assertKeyword(bytes: Buffer, at: number, hdu: number): void {
  for (let i = at; i < at + 8; i++) {
    const byte = bytes[i]!;
    if (byte < 0x20 || byte > 0x7e) {
      throw new FitsError('corrupt', 'A header card begins with other than text: the file is damaged, fetch it again', {
        hdu,
        offset: at,
      });
    }
  }
}
