import { expect, it } from 'vitest';
import { murmurHash64 } from './murmur-hash.ts';

// First eight bytes of mmh3.hash_bytes(key, 0, x64arch=False), mmh3 5.2 for Python.
it.each([
  ['', '0000000000000000'],
  ['a', '3c9394a71bb05655'],
  ['test', '30ef026f687d0c55'],
  ['0123456789abcdef', '09447dfb0ad3ae36'],
  ['spec-55859-F5902_sp01-001', '0fd04e96841dbb6e'],
  ['žluťoučký kůň', '14fa93269cbc8f93'],
])('hashes %j as the reference does', (key, expected) => {
  const bytes = new TextEncoder().encode(key);
  const words = new Uint32Array(2);
  murmurHash64(bytes, bytes.length, words);
  const view = new DataView(new ArrayBuffer(8));
  words.forEach((word, at) => view.setUint32(at * 4, word, true));
  expect(Buffer.from(view.buffer).toString('hex')).toBe(expected);
});

it('reads no byte behind the key', () => {
  const key = new TextEncoder().encode('0123456789abcdefghijk');
  const longer = new Uint8Array(64).fill(255);
  longer.set(key);
  const [words, again] = [new Uint32Array(2), new Uint32Array(2)];
  murmurHash64(key, key.length, words);
  murmurHash64(longer, key.length, again);
  expect(again).toEqual(words);
});
