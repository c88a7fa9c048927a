import { randomUUID } from 'node:crypto';
import { startObjectServer } from '@spectrawl/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import {
  ObjectExistsError,
  ObjectReplacedError,
  openObjectStore,
  StoreUnavailableError,
  type ObjectStore,
  type S3Config,
} from './index.ts';
import { describeObjectStoreContract } from './testing/contract.ts';
import { startFaultyProxy, type FaultyProxy } from './testing/faulty-proxy.ts';

const server = inject('servers').objectServer;
const s3: S3Config = {
  kind: 's3',
  endpoint: server.endpoint,
  region: server.region,
  bucket: server.bucket,
  forcePathStyle: true,
  credentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
};
const PART = 8 << 20;
const pattern = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >>> 8)) & 0xff);
const bytes = (...values: number[]) => Uint8Array.from(values);
async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}
async function* repeated(chunk: Uint8Array, times: number): AsyncIterable<Uint8Array> {
  for (let i = 0; i < times; i++) yield chunk;
}

describeObjectStoreContract('S3', () => openObjectStore({ ...s3, prefix: 'below/a prefix' }));
describeObjectStoreContract('S3 without a prefix', () => openObjectStore(s3));

describe('S3', () => {
  test('keeps apart what lies below different prefixes', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await (await openObjectStore({ ...s3, prefix: one })).put('a', bytes(1));
    const beside = await openObjectStore({ ...s3, prefix: `${other}/` });
    expect(await collect(beside.list(''))).toEqual([]);
    const whole = await openObjectStore(s3);
    expect(await collect(whole.list(one))).toEqual([{ key: `${one}/a`, size: 1 }]);
  });

  test('lists more than a page', async () => {
    const store = await openObjectStore({ ...s3, prefix: randomUUID() });
    const keys = Array.from({ length: 1_050 }, (_, i) => `part-${String(i).padStart(5, '0')}`);
    await Promise.all(keys.map((key) => store.put(key, bytes())));
    expect((await collect(store.list('part-'))).map(({ key }) => key)).toEqual(keys);
  });

  // Not many at once: SeaweedFS 4.48, unlike S3, lets two of them win if they complete within the same millisecond.
  test.each([
    ['array', () => pattern(2 * PART + 5)],
    ['stream', () => repeated(pattern((PART + 1) / 3), 7)],
  ])('refuses a big %s when the key is taken', async (_, content) => {
    const store = await openObjectStore({ ...s3, prefix: randomUUID() });
    const winner = await store.put('big', content(), { ifAbsent: true });
    await expect(store.put('big', content(), { ifAbsent: true })).rejects.toThrow(ObjectExistsError);
    expect(await store.head('big')).toEqual(winner);
  });

  test('takes no more of a source than it can upload', async () => {
    const store = await openObjectStore({ ...s3, prefix: randomUUID() });
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    async function* source() {
      const chunk = new Uint8Array(1 << 20);
      for (let i = 0; i < 400; i++) {
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
        yield chunk;
      }
    }
    expect((await store.put('huge', source())).size).toBe(400 << 20);
    // Eight parts on their way, one that is gathered, and what the collector has not come to yet.
    expect(peak).toBeLessThan(250 << 20);
  });

  test('says what is wrong with a bucket, an address or a key', async () => {
    const open = (config: Partial<S3Config>) => openObjectStore({ ...s3, ...config });
    await expect(open({ bucket: 'absent' })).rejects.toThrow(/bucket "absent" at http.*make it/);
    const credentials = { accessKeyId: server.accessKey, secretAccessKey: 'wrong' };
    const refused = open({ credentials });
    await expect(refused).rejects.toThrow(StoreUnavailableError);
    await expect(refused).rejects.not.toThrow(/wrong/);
  });
});

describe('S3 on a bad day', () => {
  let proxy: FaultyProxy;
  let store: ObjectStore;

  beforeAll(async () => {
    proxy = await startFaultyProxy(server.endpoint);
  });
  beforeEach(async () => {
    store = await openObjectStore({ ...s3, endpoint: proxy.endpoint, prefix: randomUUID() });
  });
  afterAll(() => proxy.close());

  test('asks again when it is told to slow down', async () => {
    proxy.next('PUT', 'slow down', 'slow down', 'slow down');
    await store.put('a', bytes(1));
    proxy.next('GET', 'slow down', 'slow down');
    expect(await store.get('a')).toEqual(bytes(1));
    proxy.next('HEAD', 'slow down');
    expect(await store.head('a')).toMatchObject({ size: 1 });
    proxy.next('DELETE', 'slow down');
    await store.delete('a');
    expect(proxy.pending).toBe(0);
    expect(await collect(store.list(''))).toEqual([]);
  });

  test('has won a free key also when the answer that says so is lost', async () => {
    proxy.next('PUT', 'lost answer');
    const version = await store.put('small', bytes(1), { ifAbsent: true });
    expect(await store.head('small')).toEqual(version);
    await expect(store.put('small', bytes(1), { ifAbsent: true })).rejects.toThrow(ObjectExistsError);
    // Begun, two parts, then the completion whose answer is lost.
    const big = pattern(PART + 1);
    const fresh = await openObjectStore({ ...s3, endpoint: proxy.endpoint, prefix: randomUUID() });
    proxy.next('PUT', 'lost answer', 'slow down');
    proxy.next('POST', 'lost answer', 'lost answer', 'lost answer');
    expect(await fresh.head('big')).toBeUndefined();
    const whole = await fresh.put('big', big, { ifAbsent: true });
    expect(await fresh.head('big')).toEqual(whole);
    expect(Buffer.compare(await fresh.get('big'), big)).toBe(0);
    expect(proxy.pending).toBe(0);
  });

  test('reads on where an answer broke off', async () => {
    const content = pattern(3_000_000);
    await store.put('a', content);
    const cuts = [{ cutAfter: 100_000 }, { cutAfter: 0 }, { cutAfter: 1_000_000 }];
    proxy.next('GET', ...cuts);
    expect(Buffer.compare(await store.get('a'), content)).toBe(0);
    proxy.next('GET', ...cuts);
    expect(Buffer.compare(await store.read('a', 1_000, 2_500_000), content.subarray(1_000, 2_501_000))).toBe(0);
    proxy.next('GET', ...cuts);
    expect(Buffer.compare(Buffer.concat(await collect(store.stream('a'))), content)).toBe(0);
    expect(proxy.pending).toBe(0);
  });

  test('keeps no connection for readers who stop, however many they are', async () => {
    // Far more than what networks hold back on the way.
    await store.put('big', pattern(48 << 20));
    const readers = Array.from({ length: 80 }, () => store.stream('big')[Symbol.asyncIterator]());
    const firsts = await Promise.all(readers.map((reader) => reader.next()));
    // A reader who keeps a connection keeps it for 20 s.
    await vi.waitUntil(() => proxy.underWay === 0, { timeout: 10_000 });
    expect(firsts.map(({ value }) => (value as Uint8Array).length > 0)).not.toContain(false);
    expect(await store.read('big', 0, 3)).toEqual(pattern(3));
    for (const reader of readers) await reader.return?.();
  });

  test('never joins the start of one version to the end of another', async () => {
    const [old, young] = [pattern(3_000_000), new Uint8Array(4_000_000).fill(7)];
    await store.put('a', old);
    const read = async (source: AsyncIterable<Uint8Array>) => {
      for await (const chunk of source) if (chunk.length > 0) await store.put('a', young);
    };
    proxy.next('GET', { cutAfter: 100_000 });
    await expect(read(store.stream('a'))).rejects.toThrow(ObjectReplacedError);
    expect(Buffer.compare(await store.get('a'), young)).toBe(0);
  });
});

describe('S3 that is restarted', () => {
  test('keeps what it has acknowledged, and is waited for', async () => {
    const own = await startObjectServer();
    const credentials = { accessKeyId: own.accessKey, secretAccessKey: own.secretKey };
    const store = await openObjectStore({ ...s3, endpoint: own.endpoint, bucket: own.bucket, credentials });
    const keys = Array.from({ length: 200 }, (_, i) => `part-${i}`);
    const putting = Promise.all(
      [0, 1, 2, 3].map(async (worker) => {
        for (const key of keys.filter((_, i) => i % 4 === worker)) await store.put(key, Buffer.from(key));
      }),
    );
    await Promise.all([putting, own.restart()]);
    for (const key of keys) expect(Buffer.from(await store.get(key)).toString()).toBe(key);
    await own.stop();
  });
});
