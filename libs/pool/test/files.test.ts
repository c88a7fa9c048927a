import { describe, expect, it } from 'vitest';
import {
  BytesSink,
  PoolError,
  bytesSource,
  openScores,
  openShard,
  orderById,
  readBatch,
  readReservoir,
  readScores,
  readShard,
  readSpectra,
  readSpectrum,
  readSummary,
  scoresWriter,
  shardWriter,
  writeBatch,
  writeReservoir,
  writeScores,
  writeShard,
  writeSpectra,
  writeSummary,
  writeTable,
} from '../src/index.ts';
import type { ByteSource } from '../src/index.ts';
import * as example from './example-files.ts';

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => {
      expect(error).toBeInstanceOf(PoolError);
      return `${(error as PoolError).reason}: ${(error as PoolError).message}`;
    },
  );

/** A source that notes how many bytes are read from it. */
function counting(bytes: Uint8Array): ByteSource & { read: ByteSource['read']; taken: () => number } {
  let taken = 0;
  return {
    size: bytes.length,
    read: async (offset, length) => {
      taken += length;
      return bytes.subarray(offset, offset + length);
    },
    taken: () => taken,
  };
}

describe('a shard', () => {
  it('is read as it was written, whole or in part', async () => {
    const rows = example.shardRows(100);
    const source = bytesSource(await writeShard(rows, example.shardDescription));
    const whole = await readShard(source);
    expect(whole.description).toEqual(example.shardDescription);
    expect(whole.rows).toEqual(rows);
    const part = await readShard(source, { columns: ['id', 'features'], rows: { start: 10, end: 12 } });
    expect(part.rows).toEqual({ id: rows.id.slice(10, 12), features: rows.features.slice(1400, 1680) });
  });

  it('is written piece by piece', async () => {
    const rows = example.shardRows(9000);
    const sink = new BytesSink();
    const writer = shardWriter(sink, example.shardDescription);
    for (let start = 0; start < 9000; start += 777) {
      const end = Math.min(9000, start + 777);
      const piece = Object.fromEntries(
        Object.entries(rows).map(([name, values]) => [
          name,
          name === 'features' ? values.slice(140 * start, 140 * end) : values.slice(start, end),
        ]),
      ) as typeof rows;
      await writer.append(piece);
    }
    await writer.finish();
    expect(Buffer.compare(sink.bytes(), await writeShard(rows, example.shardDescription))).toBe(0);
  });

  it('may be empty', async () => {
    const rows = example.shardRows(0);
    expect((await readShard(bytesSource(await writeShard(rows, example.shardDescription)))).rows).toEqual(rows);
  });

  it('refuses ids that do not ascend, also from one append to the next', async () => {
    const rows = example.shardRows(3);
    const write = (id: string[]) => writeShard({ ...rows, id }, example.shardDescription);
    expect(await refusal(write(['a', 'c', 'b']))).toBe(
      'invalid-rows: Row 2 of the shard file: the id b comes after c; ids must ascend. Sort the rows by id first.',
    );
    expect(await refusal(write(['a', 'b', 'b']))).toContain('Row 2 of the shard file: the id b occurs twice');
    const writer = scoresWriter(new BytesSink(), example.scoresDescription);
    await writer.append(example.scoresRows(2));
    expect(await refusal(writer.append(example.scoresRows(1)))).toContain('Row 2 of the scores file');
  });

  it('is put in order by orderById, by code units', () => {
    // U+FF5E sorts after U+1F30C by code units, before it by code points.
    const ids = ['b', '～', '🌌', 'a', 'B', ''];
    expect([...orderById(ids)].map((row) => ids[row])).toEqual(['', 'B', 'a', 'b', '🌌', '～']);
  });

  it('finds ids by reading little of a large file', async () => {
    const rows = example.shardRows(40_000);
    const source = counting(await writeShard(rows, example.shardDescription));
    const file = await openShard(source);
    const found = await file.findRows(['spec-000000', 'spec-012345', 'spec-039999', 'spec-100000', 'unknown']);
    expect([...found]).toEqual([
      ['spec-000000', 0],
      ['spec-012345', 12345],
      ['spec-039999', 39999],
    ]);
    const { features, id } = await file.read({ columns: ['id', 'features'], rows: [39999, 12345] });
    expect(id).toEqual(['spec-039999', 'spec-012345']);
    expect(features.slice(140)).toEqual(rows.features.slice(140 * 12345, 140 * 12346));
    expect(source.taken()).toBeLessThan(source.size / 10);
  });
});

describe('a spectra file', () => {
  it('gives spectra by row', async () => {
    const rows = example.spectraRows(30);
    const source = bytesSource(await writeSpectra(rows, example.spectraDescription));
    expect(await readSpectrum(source, 4)).toEqual({
      id: rows.id[4],
      wavelength: rows.wavelength[4],
      flux: rows.flux[4],
      uncertainty: null,
      medium: 'air',
    });
    const spectra = await readSpectra(source, [29, 0, 29]);
    expect(spectra.map(({ id }) => id)).toEqual([rows.id[29], rows.id[0], rows.id[29]]);
    expect(spectra[0]!.uncertainty).toEqual(rows.uncertainty[29]);
    expect(await refusal(readSpectrum(source, 30))).toContain('row-range: Row 30');
  });

  it('reads one spectrum of many from a few pages', async () => {
    const source = counting(await writeSpectra(example.spectraRows(1200, 3700), example.spectraDescription));
    expect((await readSpectrum(source, 777)).id).toBe('spec-000777');
    expect(source.taken()).toBeLessThan(source.size / 20);
  });

  it('refuses spectra whose arrays do not belong together', async () => {
    const rows = example.spectraRows(2);
    const write = (changed: object) => writeSpectra({ ...rows, ...changed }, example.spectraDescription);
    expect(await refusal(write({ flux: [rows.flux[0], new Float32Array(1)] }))).toBe(
      'invalid-rows: Spectrum spec-000001: 13 wavelengths, 1 fluxes, 13 uncertainties; each point needs one of each.',
    );
    expect(await refusal(write({ medium: ['air', 'water'] }))).toContain('medium must be air or vacuum, not water');
  });
});

describe('a reservoir', () => {
  it('is read as it was written', async () => {
    const rows = example.reservoirRows(20);
    const read = await readReservoir(bytesSource(await writeReservoir(rows, example.reservoirDescription)));
    expect(read.description).toEqual(example.reservoirDescription);
    expect(read.rows).toEqual({
      ...rows,
      row: Int32Array.from(rows.row),
      priority: Float64Array.from(rows.priority),
    });
  });

  it('refuses priorities that do not ascend, ties by id', async () => {
    const rows = example.reservoirRows(3);
    const write = (priority: number[]) => writeReservoir({ ...rows, priority }, example.reservoirDescription);
    expect(await refusal(write([0.1, 0.1, 0.1]))).toBe('accepted');
    expect(await refusal(write([0.1, 0.3, 0.2]))).toContain('Reservoir row 2 (spec-000002): priorities must ascend');
    expect(
      await refusal(
        writeReservoir({ ...rows, id: ['b', 'a', 'c'], priority: [0, 0, 0] }, example.reservoirDescription),
      ),
    ).toContain('ties by id');
  });
});

describe('a score file', () => {
  it('is read as it was written, whole or in part', async () => {
    const rows = example.scoresRows(20);
    const source = bytesSource(await writeScores(rows, example.scoresDescription));
    const read = await readScores(source);
    expect(read.description).toEqual(example.scoresDescription);
    expect(read.rows).toEqual({ ...rows, uncertainty: Float32Array.from(rows.uncertainty) });
    const file = await openScores(source);
    expect(file.rows).toBe(20);
    expect(await file.read({ columns: ['probabilities'], rows: [19] })).toEqual({
      probabilities: rows.probabilities.slice(57),
    });
  });
});

describe('a batch', () => {
  const rows = example.batchRows(9);
  const write = (changed: object) => writeBatch({ ...rows, ...changed }, example.batchDescription);

  it('is read as it was written', async () => {
    const read = await readBatch(bytesSource(await write({})));
    expect(read.description).toEqual(example.batchDescription);
    expect(read.rows).toMatchObject({ id: rows.id, features: rows.features, purpose: rows.purpose });
    expect(read.rows.inclusion_probability).toEqual(Float64Array.from(rows.inclusion_probability));
  });

  it('refuses an id twice, an unknown purpose, and what is no probability', async () => {
    expect(await refusal(write({ id: rows.id.with(5, rows.id[2]!) }))).toBe(
      'invalid-rows: Batch row 5 (spec-000002): the id occurs twice.',
    );
    expect(await refusal(write({ purpose: rows.purpose.with(0, 'fun') }))).toContain('must be query or audit, not fun');
    for (const probability of [0, 1.01, NaN, -1]) {
      expect(
        await refusal(write({ inclusion_probability: rows.inclusion_probability.with(1, probability) })),
      ).toContain(`inclusion_probability ${probability} is not in (0, 1]`);
    }
  });
});

describe('a summary', () => {
  it('is read as it was written: with features, without, and of a shard without rows to keep', async () => {
    for (const summary of [example.summary(300), example.summary(300, false), example.summary(0)]) {
      expect(await readSummary(bytesSource(await writeSummary(summary)))).toEqual(summary);
    }
  });

  it('refuses rows of different widths', async () => {
    const summary = example.summary(300);
    summary.random[0] = { ...summary.random[0]!, features: new Float32Array(3) };
    expect(await refusal(writeSummary(summary))).toContain('has 3 features where 140 are due');
  });
});

describe('a file of another kind', () => {
  it('is refused, saying what was expected and what it is', async () => {
    const scores = bytesSource(await writeScores(example.scoresRows(1), example.scoresDescription));
    expect(await refusal(readShard(scores))).toBe(
      'wrong-kind: A Spectrawl shard file was expected; this is a scores file.',
    );
    const foreign = bytesSource(
      await writeTable({ id: { kind: 'scalar', type: 'string', nullable: false } }, { id: [] }),
    );
    expect(await refusal(readShard(foreign))).toBe(
      'wrong-kind: A Spectrawl shard file was expected; this Parquet file is no Spectrawl file.',
    );
    const metadata = { spectrawl: JSON.stringify({ kind: 'shard', schemaVersion: 2 }) };
    const newer = await writeTable(
      { id: { kind: 'scalar', type: 'string', nullable: false } },
      { id: [] },
      { metadata },
    );
    expect(await refusal(readShard(bytesSource(newer)))).toContain('Use a newer release');
  });
});
