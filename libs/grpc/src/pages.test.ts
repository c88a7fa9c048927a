import fc from 'fast-check';
import { expect, it } from 'vitest';
import { numberAfter, page, pageRequest } from './pages.ts';

it('every row comes once, in order, whatever the page size', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 })), fc.integer({ min: 1, max: 7 }), (names, pageSize) => {
      const table = [...new Set(names)].sort();
      const seen: string[] = [];
      let pageToken = '';
      do {
        const request = pageRequest({ pageSize, pageToken });
        const rest = table.filter((name) => request.after === undefined || name > request.after);
        const answer = page(rest.slice(0, request.size + 1), request.size, (name) => name);
        seen.push(...answer.rows);
        pageToken = answer.nextPageToken;
      } while (pageToken !== '');
      expect(seen).toEqual(table);
    }),
  );
});

it('refuses sizes and tokens that are none', () => {
  expect(() => pageRequest({ pageSize: 1001, pageToken: '' })).toThrow('ask for 1 to 1000');
  expect(() => pageRequest({ pageSize: 0, pageToken: 'nonsense' })).toThrow('send next_page_token as it came');
});

it('reads where numbered rows go on', () => {
  expect(numberAfter(undefined, -1)).toBe(-1);
  expect(numberAfter('41', -1)).toBe(41);
  for (const after of ['', 'x', '-1', '1.5', '99999999999']) {
    expect(() => numberAfter(after, 0)).toThrow('send next_page_token as it came');
  }
});
