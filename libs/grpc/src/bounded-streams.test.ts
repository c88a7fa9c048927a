import { expect, test } from 'vitest';
import { BoundedStreams } from './bounded-streams.ts';

async function* letters(end = 'c') {
  yield 'a';
  yield 'b';
  if (end === '') throw new Error('torn');
  yield end;
}

async function collect(source: AsyncIterable<string>) {
  const all = [];
  for await (const one of source) all.push(one);
  return all.join('');
}

test('lets so many be read at a time, refuses others, and takes one more for each that ends, however it does', async () => {
  const bounded = new BoundedStreams(2, 'letters');
  const refused = { reason: 'TOO_MANY_CALLS', message: expect.stringContaining('2 letters are being read') };
  // A stream that nobody reads takes no place.
  bounded.open(letters());
  const left = bounded.open(letters());
  await left.next();
  const other = bounded.open(letters());
  await other.next();
  await expect(collect(bounded.open(letters()))).rejects.toMatchObject(refused);

  await left.return(undefined);
  expect(await collect(bounded.open(letters()))).toBe('abc');
  await expect(collect(bounded.open(letters('')))).rejects.toThrow('torn');
  const third = bounded.open(letters());
  await third.next();
  await expect(collect(bounded.open(letters()))).rejects.toMatchObject(refused);
});
