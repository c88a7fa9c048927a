// Makes the shard that both contenders of the reading benchmark read, and prints its path.
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { FEATURE_COUNT, shardWriter } from '../src/index.ts';
import { BENCH_ROWS, benchRows } from './bench-rows.ts';

const folder = new URL('../../../.build/bench/', import.meta.url);
const file = new URL(`features-${BENCH_ROWS}.parquet`, folder);

/** The file's path; the file is made if it does not exist. */
export async function featuresFile(): Promise<string> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await mkdir(folder, { recursive: true });
    // Two contenders may make it at once: each writes its own and moves it into place whole.
    const partial = new URL(`${file.href}.${process.pid}`);
    const handle = await open(partial, 'w');
    const writer = shardWriter(
      { write: (bytes) => handle.writeFile(bytes) },
      { pool: 'bench', shard: 0, preprocessing: 'bench', featureCount: FEATURE_COUNT },
    );
    await writer.append(benchRows());
    await writer.finish();
    await handle.close();
    await rename(partial, file);
  }
  return file.pathname;
}

if (import.meta.main) console.log(await featuresFile());
