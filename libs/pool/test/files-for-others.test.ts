import { beforeAll, describe, expect, it } from 'vitest';
import { writeBatch, writeReservoir, writeScores, writeShard, writeSpectra, writeSummary } from '../src/index.ts';
import * as example from './example-files.ts';
import { asPrinted, denseRows, readByJudges } from './judges.ts';
import type { Verdict } from './judges.ts';

const ROWS = 40;
const KINDS = ['shard', 'spectra', 'reservoir', 'scores', 'batch', 'summary'] as const;
type Kind = (typeof KINDS)[number];

const written = {
  shard: example.shardRows(ROWS),
  spectra: example.spectraRows(ROWS),
  reservoir: example.reservoirRows(ROWS),
  scores: example.scoresRows(ROWS),
  batch: example.batchRows(ROWS),
};
const summary = example.summary(200);

let seen: Record<Kind, Verdict>;

beforeAll(async () => {
  seen = await readByJudges({
    shard: await writeShard(written.shard, example.shardDescription),
    spectra: await writeSpectra(written.spectra, example.spectraDescription),
    reservoir: await writeReservoir(written.reservoir, example.reservoirDescription),
    scores: await writeScores(written.scores, example.scoresDescription),
    batch: await writeBatch(written.batch, example.batchDescription),
    summary: await writeSummary(summary),
  });
});

const VECTOR = 'fixed_size_list<element: float not null>[140] not null';
const PROBABILITIES = 'fixed_size_list<element: float not null>[3] not null';

const TYPES: Record<Kind, Record<string, string>> = {
  shard: {
    id: 'string not null',
    designation: 'string',
    obsid: 'int64',
    ra: 'double',
    dec: 'double',
    snr: 'float',
    class: 'string',
    subclass: 'string',
    survey: 'string not null',
    source: 'string not null',
    mjd: 'double',
    features: VECTOR,
  },
  spectra: {
    id: 'string not null',
    wavelength: 'list<element: double not null> not null',
    flux: 'list<element: float not null> not null',
    uncertainty: 'list<element: float not null>',
    medium: 'string not null',
  },
  reservoir: { id: 'string not null', row: 'int32 not null', priority: 'double not null', features: VECTOR },
  scores: {
    id: 'string not null',
    probabilities: PROBABILITIES,
    model_probabilities: PROBABILITIES,
    uncertainty: 'float not null',
    excluded: 'bool not null',
  },
  batch: {
    id: 'string not null',
    shard: 'int32 not null',
    row: 'int32 not null',
    features: VECTOR,
    probabilities: PROBABILITIES,
    purpose: 'string not null',
    reason: 'string not null',
    rank: 'int32 not null',
    inclusion_probability: 'double not null',
  },
  summary: {
    list: 'string not null',
    group: 'int32',
    id: 'string not null',
    shard: 'int32 not null',
    row: 'int32 not null',
    value: 'double not null',
    priority: 'double not null',
    predicted: 'int32 not null',
    probabilities: PROBABILITIES,
    features: VECTOR,
  },
};

/** Rows as written, as the judges print them. */
const printed = (columns: Record<string, unknown>): Record<string, unknown[]> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => {
      if (name === 'features') return [name, denseRows(values as Float32Array, 140)];
      if (name.endsWith('probabilities')) return [name, denseRows(values as Float32Array, 3)];
      return [name, asPrinted(values as ArrayLike<unknown>)];
    }),
  );

describe.each(KINDS)('a %s file', (kind) => {
  it('has the types that are documented, in pyarrow', () => {
    expect(seen[kind].pyarrow.types).toEqual(TYPES[kind]);
  });

  it('says what it is, for people with pyarrow as well', () => {
    expect(JSON.parse(seen[kind].pyarrow.metadata['spectrawl']!)).toMatchObject({ kind, schemaVersion: 1 });
  });
});

describe.each(Object.keys(written) as (keyof typeof written)[])('the rows of a %s file', (kind) => {
  it('are the same to pyarrow and DuckDB', () => {
    expect(seen[kind].pyarrow.rows).toEqual(printed(written[kind]));
    expect(seen[kind].duckdb.rows).toEqual(printed(written[kind]));
  });
});

describe('the rows of a summary file', () => {
  it('are its lists, to pyarrow and DuckDB', () => {
    for (const { rows } of [seen.summary.pyarrow, seen.summary.duckdb]) {
      const listed = (list: string, group: number | null) =>
        rows['id']!.filter((_, i) => rows['list']![i] === list && rows['group']![i] === group);
      expect(listed('uncertain', null)).toEqual(summary.uncertain.map(({ id }) => id));
      expect(listed('positives', null)).toEqual(summary.positives.map(({ id }) => id));
      summary.strata.forEach((stratum, i) => expect(listed('strata', i)).toEqual(stratum.map(({ id }) => id)));
      expect(rows['value']!.slice(0, 20)).toEqual(summary.uncertain.map(({ value }) => value));
      expect(rows['features']![0]).toEqual(Array.from(summary.uncertain[0]!.features!));
    }
  });
});
