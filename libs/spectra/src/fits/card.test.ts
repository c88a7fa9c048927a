import { describe, expect, test } from 'vitest';
import { formatCard, parseCard } from './card.ts';
import type { Card } from './card.ts';

const parse = (text: string) => parseCard(text.padEnd(80));

describe('parsing', () => {
  test.each<[string, Card]>([
    [
      "QUOTES  = 'it''s ''''quoted'''' / not a comment' / but this is",
      {
        keyword: 'QUOTES',
        value: "it's ''quoted'' / not a comment",
        comment: 'but this is',
      },
    ],
    ["EMPTY   = ''", { keyword: 'EMPTY', value: '' }],
    ['UNDEF   =                      / nothing', { keyword: 'UNDEF', value: null, comment: 'nothing' }],
    ['HUGE    = 9007199254740993', { keyword: 'HUGE', value: 9007199254740993n }],
    ['PLUSHUGE= +9007199254740993', { keyword: 'PLUSHUGE', value: 9007199254740993n }],
    ['DOUBLE  = -1.5D-3', { keyword: 'DOUBLE', value: -0.0015 }],
    ['WHOLE   = 2.', { keyword: 'WHOLE', value: 2, float: true }],
    ['MINUS0  = -0', { keyword: 'MINUS0', value: 0 }],
    ['COMPLEX = (1, 2.5)', { keyword: 'COMPLEX', value: { real: 1, imaginary: 2.5 } }],
    ['NOINDIC 5', { keyword: 'NOINDIC', comment: '5' }],
    ['COMMENT = 5', { keyword: 'COMMENT', comment: '= 5' }],
    ['', { keyword: '', comment: '' }],
    ['HIERARCH ESO TEL ALT=-1.5 / deg', { keyword: 'ESO TEL ALT', value: -1.5, comment: 'deg' }],
    ['HIERARCH without a value', { keyword: 'HIERARCH', comment: ' without a value' }],
  ])('%s', (text, card) => {
    expect(parse(text)).toEqual(card);
  });

  test.each(["OPEN    = 'no closing quote", 'WORD    = Infinity', 'BROKEN  = 1.2.3', 'PAIR    = (1, x)'])(
    'a value that FITS does not know stands as text: %s',
    (text) => {
      expect(parse(text)).toMatchObject({ value: text.slice(10).trim(), malformed: true });
    },
  );

  test('CONTINUE cards are joined, whether or not the piece before ends in an ampersand', () => {
    const card = parseCard("LONG    = 'one &'".padEnd(80), [
      "CONTINUE  'two &' / first".padEnd(80),
      "CONTINUE  'three' / then".padEnd(80),
    ]);
    expect(card).toEqual({ keyword: 'LONG', value: 'one two three', comment: 'first then' });
    expect(parseCard("LONG    = 'one'".padEnd(80), ["CONTINUE  'two'".padEnd(80)]).value).toBe('onetwo');
  });
});

describe('formatting', () => {
  test('numbers and logicals end in column 30, strings are padded to eight', () => {
    expect(formatCard({ keyword: 'NAXIS', value: 2 })).toEqual(['NAXIS   =                    2'.padEnd(80)]);
    expect(formatCard({ keyword: 'SIMPLE', value: true })).toEqual(['SIMPLE  =                    T'.padEnd(80)]);
    expect(formatCard({ keyword: 'X', value: 'ab', comment: 'c' })).toEqual([
      "X       = 'ab      '           / c".padEnd(80),
    ]);
  });

  test('a comment that does not fit is cut', () => {
    const [image] = formatCard({ keyword: 'X', value: 1, comment: 'y'.repeat(100) });
    expect(image).toBe(`X       =                    1 / ${'y'.repeat(47)}`);
  });

  test('a doubled quote never stands in two cards', () => {
    for (let before = 60; before < 72; before++) {
      const value = `${'x'.repeat(before)}'''${'y'.repeat(80)}`;
      const [first, ...others] = formatCard({ keyword: 'LONG', value });
      expect(parseCard(first!, others)).toEqual({ keyword: 'LONG', value });
    }
  });

  test.each<[string, Card]>([
    ['text that is not ASCII', { keyword: 'OBSERVER', value: 'Škoda' }],
    ['a comment that is not ASCII', { keyword: 'X', value: 1, comment: 'λ' }],
    ['a number that is not finite', { keyword: 'X', value: NaN }],
    ['an infinite part of a complex number', { keyword: 'X', value: { real: 0, imaginary: Infinity } }],
    ['an equals sign in a keyword', { keyword: 'A=B', value: 1 }],
    ['a keyword without a name', { keyword: '', value: 1 }],
    ['a commentary keyword of more than eight characters', { keyword: 'VERYLONGWORD', comment: 'x' }],
    ['a keyword as long as a card', { keyword: 'WORD '.repeat(15).trim(), value: 123456 }],
    ['a keyword that leaves no room for a string', { keyword: 'WORD '.repeat(14).trim(), value: 'x'.repeat(30) }],
  ])('%s is refused', (_, card) => {
    expect(() => formatCard(card)).toThrowError(expect.objectContaining({ name: 'FitsError', reason: 'unwritable' }));
  });
});
