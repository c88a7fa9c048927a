import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { python } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ParquetQueries } from './index.ts';

const ROWS = 50_000;
const WRITE = `
import sys, pyarrow, pyarrow.parquet as parquet
n = int(sys.argv[2])
parquet.write_table(pyarrow.table({
    'id': [f's{row:06d}' for row in range(n)],
    'value': [row * 7919 % n / n for row in range(n)],
    'list': [[row, row + 1] for row in range(n)],
}), sys.argv[1])
`;

let folder: string;
let file: string;
let queries: ParquetQueries;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spectrawl-queries-'));
  file = join(folder, 'a file with \'quotes".parquet');
  await python(WRITE, [file, String(ROWS)]);
  queries = await ParquetQueries.open({ directory: folder, memory: 128, threads: 2 });
});
afterAll(async () => {
  await queries.close();
  await rm(folder, { recursive: true });
});

describe('queries over Parquet files', () => {
  it('sorts, filters and counts a file in place', async () => {
    const top = await queries.rows('SELECT id, value FROM read_parquet($file) ORDER BY value DESC LIMIT $n', {
      file,
      n: 2,
    });
    const best = Array.from({ length: ROWS }, (_, row) => ({ row, value: ((row * 7919) % ROWS) / ROWS }))
      .toSorted((a, b) => b.value - a.value)
      .slice(0, 2);
    expect(top).toEqual(best.map(({ row, value }) => ({ id: `s${String(row).padStart(6, '0')}`, value })));
    const [counted] = await queries.rows('SELECT count(*) AS n FROM read_parquet($file) WHERE value < $most', {
      file,
      most: 0.25,
    });
    expect(counted).toEqual({ n: BigInt(ROWS / 4) });
  });

  it('takes lists and hostile text as parameters, never as SQL', async () => {
    const ids = ['s000003', "s'); DROP TABLE x; --", 's000001'];
    const found = await queries.rows(
      'SELECT id, list FROM read_parquet($file) WHERE id IN (SELECT unnest($ids)) ORDER BY id',
      {
        file,
        ids,
      },
    );
    expect(found).toEqual([
      { id: 's000001', list: [1n, 2n] },
      { id: 's000003', list: [3n, 4n] },
    ]);
  });

  it('lets the event loop go on, and ends a query whose caller has left', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const leaving = new AbortController();
    const endless = queries.rows(
      'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 1',
      {},
      leaving.signal,
    );
    const outcome = endless.catch((error: unknown) => error);
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (ticks < 20) return;
        clearInterval(look);
        resolve();
      }, 1);
    });
    leaving.abort(new Error('left'));
    expect(await outcome).toMatchObject({ message: 'left' });
    clearInterval(timer);
  });

  it('loads no extension and lets nobody change its limits', async () => {
    await expect(queries.rows("SELECT * FROM read_parquet('https://localhost:1/x.parquet')")).rejects.toThrow('httpfs');
    await expect(queries.rows('INSTALL httpfs')).rejects.toThrow('httpfs');
    await expect(queries.rows("SET memory_limit = '10GB'")).rejects.toThrow('locked');
  });

  it('leaves nothing on the disk', async () => {
    const place = await mkdtemp(join(folder, 'place-'));
    const other = await ParquetQueries.open({ directory: place, memory: 64, threads: 1 });
    await other.rows('CREATE TABLE large AS SELECT range AS a, hash(range) AS b FROM range(8000000) ORDER BY b');
    await writeFile(join(place, 'mine'), '');
    await other.close();
    expect(await readdir(place)).toEqual(['mine']);
  });
});
