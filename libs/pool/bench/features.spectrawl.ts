// Contender: reads the features of a shard from its file into one Float32Array.
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { FEATURE_COUNT, readShard } from '../src/index.ts';
import type { ByteSource } from '../src/index.ts';
import { featuresFile } from './make-features-file.ts';

const path = await featuresFile();

async function readFeatures(): Promise<Float32Array> {
  await using file = await open(path);
  const source: ByteSource = {
    size: (await file.stat()).size,
    read: async (offset, length) => {
      const bytes = Buffer.allocUnsafeSlow(length);
      await file.read(bytes, 0, length, offset);
      return bytes;
    },
    readInto: async (offset, target) => {
      await file.read(target, 0, target.byteLength, offset);
    },
  };
  return (await readShard(source, { columns: ['features'] })).rows.features;
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line !== 'run') continue;
  const start = performance.now();
  const features = await readFeatures();
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ work: features.length / FEATURE_COUNT, seconds }));
}
