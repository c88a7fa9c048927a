import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { InvalidObjectKeyError, ObjectExistsError, ObjectNotFoundError, type ObjectStore } from '../index.ts';

/** The specification of {@link ObjectStore}: every adapter passes it. `open` gives a store that may hold other objects. */
export function describeObjectStoreContract(adapter: string, open: () => Promise<ObjectStore>): void {
  describe(`${adapter} keeps the object store contract`, () => {
    let store: ObjectStore;

    beforeAll(async () => {
      store = await open();
    });

    const freshPrefix = () => `contract/${randomUUID()}/`;
    const bytes = (...values: number[]) => Uint8Array.from(values);
    const pattern = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >>> 8)) & 0xff);
    async function* chunks(...parts: Uint8Array[]) {
      yield* parts;
    }
    const collect = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
      const all: T[] = [];
      for await (const one of source) all.push(one);
      return all;
    };
    const joined = async (source: AsyncIterable<Uint8Array>) => new Uint8Array(Buffer.concat(await collect(source)));
    const keys = async (prefix: string) => (await collect(store.list(prefix))).map(({ key }) => key);

    test('gives back what was put', async () => {
      const key = `${freshPrefix()}part-00042.parquet`;
      const content = pattern(1000);
      const { etag, size } = await store.put(key, content, { contentType: 'application/vnd.apache.parquet' });
      expect(size).toBe(1000);
      expect(await store.get(key)).toEqual(content);
      expect(await store.head(key)).toEqual({ etag, size });
    });

    test('names the file that an object is, or none', async () => {
      const key = `${freshPrefix()}read by others`;
      await store.put(key, bytes(1, 2, 3));
      const file = store.file(key);
      expect(file === undefined ? await store.get(key) : new Uint8Array(await readFile(file))).toEqual(bytes(1, 2, 3));
      expect(() => store.file('../escape')).toThrow(InvalidObjectKeyError);
    });

    test('puts a stream of chunks, also one that is bigger than memory would like', async () => {
      const key = `${freshPrefix()}streamed`;
      const chunk = pattern(1 << 20);
      expect((await store.put(key, chunks(...Array.from({ length: 12 }, () => chunk), bytes(7)))).size).toBe(
        (12 << 20) + 1,
      );
      expect(await store.read(key, (12 << 20) - 1, 10)).toEqual(bytes(chunk.at(-1) ?? 0, 7));
      let size = 0;
      let largest = 0;
      for await (const part of store.stream(key)) {
        size += part.length;
        largest = Math.max(largest, part.length);
      }
      expect(size).toBe((12 << 20) + 1);
      expect(largest).toBeLessThanOrEqual(1 << 20);
    });

    test.each([
      ['array', () => new Uint8Array()],
      ['stream', () => chunks()],
    ])('keeps an empty object from an empty %s', async (_kind, content) => {
      const key = `${freshPrefix()}empty`;
      expect((await store.put(key, content())).size).toBe(0);
      expect(await store.get(key)).toEqual(new Uint8Array());
      expect(await collect(store.stream(key))).toEqual([]);
    });

    test('reads any range as the whole object would be cut', async () => {
      const key = `${freshPrefix()}range`;
      const content = pattern(300_000);
      await store.put(key, content);
      await fc.assert(
        fc.asyncProperty(fc.nat(310_000), fc.nat(310_000), async (offset, length) => {
          const expected = content.subarray(offset, offset + length);
          expect(Buffer.compare(await store.read(key, offset, length), expected)).toBe(0);
          expect(Buffer.compare(await joined(store.stream(key, { offset, length })), expected)).toBe(0);
          const target = new Uint8Array(length + 1).fill(7);
          expect(await store.readInto(key, offset, target.subarray(0, length))).toBe(expected.length);
          expect(Buffer.compare(target.subarray(0, expected.length), expected)).toBe(0);
          expect(target[length]).toBe(7);
        }),
        { numRuns: 25 },
      );
      expect(await joined(store.stream(key, { offset: 299_990 }))).toEqual(content.subarray(299_990));
      for (const [offset, length] of [
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [0, Number.NaN],
      ] as const) {
        await expect(store.read(key, offset, length)).rejects.toThrow(RangeError);
      }
      await expect(store.readInto(key, -1, new Uint8Array(1))).rejects.toThrow(RangeError);
    });

    test('replaces an object, whose etag then differs', async () => {
      const key = `${freshPrefix()}replaced`;
      const first = await store.put(key, bytes(1));
      const second = await store.put(key, bytes(2));
      expect(second.etag).not.toBe(first.etag);
      expect(await store.get(key)).toEqual(bytes(2));
    });

    test('lets exactly one of many writers take a free key', async () => {
      const key = `${freshPrefix()}manifest.json`;
      const writers = Array.from({ length: 20 }, (_, i) => store.put(key, bytes(i), { ifAbsent: true }));
      const outcomes = await Promise.allSettled(writers);
      const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
      const losers = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(losers).toHaveLength(19);
      for (const { reason } of losers) expect(reason).toBeInstanceOf(ObjectExistsError);
      expect(await store.get(key)).toEqual(bytes(winner));
    });

    test('shows a reader one version whole, never a mix, while writers replace the object', async () => {
      const key = `${freshPrefix()}contended`;
      const version = (value: number) => new Uint8Array(400_000).fill(value);
      await store.put(key, version(0));
      const writing = Promise.all(Array.from({ length: 10 }, (_, i) => store.put(key, version(i + 1))));
      const reading = Promise.all(Array.from({ length: 20 }, () => store.get(key)));
      for (const read of await reading) expect(read).toEqual(version(read[0] as number));
      await writing;
    });

    test('keeps nothing of an object whose source fails', async () => {
      const prefix = freshPrefix();
      async function* failing() {
        yield pattern(1 << 20);
        throw new Error('the source broke');
      }
      await expect(store.put(`${prefix}broken`, failing())).rejects.toThrow('the source broke');
      expect(await store.head(`${prefix}broken`)).toBeUndefined();
      await store.put(`${prefix}kept`, bytes(1));
      await expect(store.put(`${prefix}kept`, failing())).rejects.toThrow('the source broke');
      expect(await store.get(`${prefix}kept`)).toEqual(bytes(1));
      expect(await keys(prefix)).toEqual([`${prefix}kept`]);
    });

    test('tells that there is no object', async () => {
      const prefix = freshPrefix();
      await store.put(`${prefix}folder/object`, bytes(1));
      for (const key of [`${prefix}none`, `${prefix}folder`, `${prefix}folder/object/below`]) {
        await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
        await expect(store.read(key, 0, 1)).rejects.toThrow(ObjectNotFoundError);
        await expect(store.readInto(key, 0, new Uint8Array(1))).rejects.toThrow(ObjectNotFoundError);
        await expect(collect(store.stream(key))).rejects.toThrow(ObjectNotFoundError);
        expect(await store.head(key)).toBeUndefined();
        await expect(store.delete(key)).resolves.toBeUndefined();
      }
      expect(await keys(prefix)).toEqual([`${prefix}folder/object`]);
    });

    test('deletes an object, after which its key is free', async () => {
      const prefix = freshPrefix();
      await store.put(`${prefix}folder/object`, bytes(1));
      await store.delete(`${prefix}folder/object`);
      expect(await store.head(`${prefix}folder/object`)).toBeUndefined();
      expect(await keys(prefix)).toEqual([]);
      await store.put(`${prefix}folder`, bytes(2), { ifAbsent: true });
      expect(await store.get(`${prefix}folder`)).toEqual(bytes(2));
    });

    test('lists by prefix, in the order of the keys’ bytes', async () => {
      const prefix = freshPrefix();
      const names = [
        'part-1',
        'part-10',
        'part-2',
        'part',
        'part.x/1',
        'part-2.x/1',
        'partx/a/b',
        'Ž',
        'ž',
        'a b',
        '🔭/x',
      ];
      for (const [i, name] of names.entries()) await store.put(`${prefix}${name}`, new Uint8Array(i));
      const inOrder = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await collect(store.list(prefix))).toEqual(
        inOrder.map((name) => ({ key: `${prefix}${name}`, size: names.indexOf(name) })),
      );
      const starting = (start: string) => inOrder.filter((name) => name.startsWith(start)).map((name) => prefix + name);
      for (const start of ['part-', 'part-2.x/', 'part-2.x/1', 'partx', 'none', 'none/']) {
        expect(await keys(`${prefix}${start}`)).toEqual(starting(start));
      }
    });

    test('survives puts and deletes of one folder at the same time', async () => {
      const prefix = freshPrefix();
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          const key = `${prefix}a/b/${i}`;
          await store.put(key, bytes(i));
          if (i % 2) await store.delete(key);
        }),
      );
      expect(await keys(prefix)).toHaveLength(20);
    });

    test.each([
      '',
      '/',
      '/etc/passwd',
      'a/',
      'a//b',
      '..',
      '../a',
      'a/../b',
      'a/./b',
      'a\\..\\b',
      'a\u0000b',
      'a\nb',
      '\ud800',
      'x'.repeat(256),
      'x/'.repeat(512) + 'x',
    ])('refuses the key %j', async (key) => {
      await expect(store.put(key, bytes(1))).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.get(key)).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.read(key, 0, 1)).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.readInto(key, 0, new Uint8Array(1))).rejects.toThrow(InvalidObjectKeyError);
      await expect(collect(store.stream(key))).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.head(key)).rejects.toThrow(InvalidObjectKeyError);
      await expect(store.delete(key)).rejects.toThrow(InvalidObjectKeyError);
    });
  });
}
