// Contender: fetches a shard of full size from an S3 server. Argument: `download`, all of its bytes and nothing else, or `matrix`,
// its features as one Float32Array, which is how a worker begins.
import { randomUUID } from 'node:crypto';
import { openObjectStore, rangedObject } from '@spectrawl/object-store';
import { readShard, SHARD_ROWS } from '@spectrawl/pool';
import { answerRuns, benchServer } from '@spectrawl/testing';
import { benchShard } from './bench-shard.ts';

const MEGABYTE = 1e6;

const { endpoint, region, bucket, accessKey: accessKeyId, secretKey: secretAccessKey } = benchServer('objectServer');
const store = await openObjectStore({
  kind: 's3',
  endpoint,
  region,
  bucket,
  prefix: randomUUID(),
  forcePathStyle: true,
  credentials: { accessKeyId, secretAccessKey },
});
const key = 'shard.parquet';
await store.put(key, await benchShard(SHARD_ROWS));

const ways: Record<string, () => Promise<Uint8Array | Float32Array>> = {
  download: () => store.get(key),
  matrix: async () => (await readShard(await rangedObject(store, key), { columns: ['features'] })).rows.features,
};
const read = ways[process.argv[2] ?? ''];
if (!read) throw new Error(`give ${Object.keys(ways).join(' or ')}`);

await answerRuns({ run: async () => (await read()).byteLength / MEGABYTE });
