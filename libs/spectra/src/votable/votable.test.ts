import { python } from '@spectrawl/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VotableError } from './table.ts';
import type { VotableCell, VotableField, VotableTable } from './table.ts';
import { writeCsv } from './write-csv.ts';
import { votablePieces, writeVotable } from './write-votable.ts';

interface Judged {
  version: string;
  name: string;
  description: string;
  infos: [string, string][];
  coordinateSystems: [string, string, string | null][];
  params: Record<string, unknown>[];
  fields: Record<string, unknown>[];
  rows: unknown[][];
}

/** What astropy reads, any complaint of it being an error. */
const judge = async (table: VotableTable): Promise<Judged> =>
  JSON.parse(await python(new URL('votable.judge.py', import.meta.url), [], writeVotable(table))) as Judged;

const candidates: VotableTable = {
  name: 'candidates',
  description: 'Emission-line stars, <by> "p(positive)" & label',
  infos: [
    { name: 'model', value: 'model-7' },
    { name: 'citation', value: 'Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122' },
  ],
  params: [
    { name: 'threshold', datatype: 'double', value: 0.93, ucd: 'stat.probability', description: 'Least p(positive)' },
    { name: 'seed', datatype: 'long', value: 2n ** 60n + 1n },
    { name: 'classes', datatype: 'text', value: 'absorption single-peak double-peak' },
    { name: 'window', datatype: 'float', arraysize: 2, unit: 'nm', value: [651.5, 673.25] },
  ],
  coordinateSystem: { system: 'ICRS', epoch: 'J2000' },
  fields: [
    { name: 'id', datatype: 'text', ucd: 'meta.id;meta.main', description: 'Spectrum id' },
    { name: 'ra', datatype: 'double', unit: 'deg', ucd: 'pos.eq.ra;meta.main', inCoordinateSystem: true },
    { name: 'dec', datatype: 'double', unit: 'deg', ucd: 'pos.eq.dec;meta.main', inCoordinateSystem: true },
    { name: 'probabilities', datatype: 'float', arraysize: 3, ucd: 'stat.probability' },
    { name: 'fibre', datatype: 'short', ucd: 'meta.number' },
    { name: 'velocity', datatype: 'float', unit: 'km.s-1', ucd: 'spect.dopplerVeloc' },
    { name: 'labelled', datatype: 'boolean', ucd: 'meta.code' },
    { name: 'labelled_at', datatype: 'text', xtype: 'timestamp', ucd: 'time' },
  ],
  rows: [
    ['spec-55859-F5902_sp01-001', 10.684708, 41.26875, [0.1, 0.7, 0.2], 250, -300.5, true, '2026-11-22T10:00:00Z'],
    ['HD 1 <"&\'> Ωλ', null, null, null, null, null, null, null],
    ['', -0, 5e-324, [1e-7, 1e-38, 1], -32768, Number.NaN, false, '2026-11-22'],
  ],
};

describe('a VOTable', () => {
  it('is valid to astropy, with its metadata, values and missing values', async () => {
    const judged = await judge(candidates);
    expect(judged).toMatchObject({
      version: '1.4',
      name: 'candidates',
      description: candidates.description,
      infos: candidates.infos?.map(({ name, value }) => [name, value]),
      coordinateSystems: [['coordinates', 'ICRS', 'J2000']],
    });
    expect(judged.params).toMatchObject([
      { name: 'threshold', value: 0.93, ucd: 'stat.probability', description: 'Least p(positive)' },
      { name: 'seed', value: '1152921504606846977' },
      { name: 'classes', value: 'absorption single-peak double-peak' },
      { name: 'window', value: [651.5, 673.25], unit: 'nm', arraysize: '2' },
    ]);
    expect(judged.fields).toMatchObject(
      candidates.fields.map(({ name, ucd, unit, xtype, description, inCoordinateSystem }) => ({
        name,
        ucd,
        unit: unit === 'km.s-1' ? 'km / s' : (unit ?? null),
        xtype: xtype ?? null,
        description: description ?? null,
        ref: inCoordinateSystem ? 'coordinates' : null,
      })),
    );
    expect(judged.rows[0]).toEqual([
      'spec-55859-F5902_sp01-001',
      10.684708,
      41.26875,
      [0.1, 0.7, 0.2].map(Math.fround),
      '250',
      -300.5,
      true,
      '2026-11-22T10:00:00Z',
    ]);
    expect(judged.rows[1]).toEqual(['HD 1 <"&\'> Ωλ', null, null, [null, null, null], null, null, null, '']);
    expect(judged.rows[2]).toEqual([
      '',
      -0,
      5e-324,
      [1e-7, 1e-38, 1].map(Math.fround),
      '-32768',
      null,
      false,
      '2026-11-22',
    ]);
  });

  it('gives every value back as it was', async () => {
    // Readers trim the spaces around text, and XML holds no control characters.
    const xmlText = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/\p{Cc}/gu, '-').trim());
    const row = fc.tuple(
      xmlText,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.boolean(),
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 5 }),
    );
    const rows = fc.sample(row, { numRuns: 500, seed: 20_201 });
    const fields: VotableField[] = [
      { name: 'text', datatype: 'text' },
      { name: 'double', datatype: 'double' },
      { name: 'float', datatype: 'float' },
      { name: 'short', datatype: 'short' },
      { name: 'int', datatype: 'int' },
      { name: 'long', datatype: 'long' },
      { name: 'boolean', datatype: 'boolean' },
      { name: 'list', datatype: 'float', arraysize: '*' },
    ];
    const judged = await judge({ name: 'values', fields, rows });
    // JSON has no bigints, and astropy reads the floats of lists as doubles.
    const comparable = (cell: unknown): unknown =>
      Array.isArray(cell) ? cell.map((element) => Math.fround(Number(element))) : cell;
    const expected = rows.map((cells) => cells.map((cell, at) => (at >= 3 && at <= 5 ? String(cell) : cell)));
    expect(judged.rows.map((cells) => cells.map(comparable))).toEqual(expected.map((cells) => cells.map(comparable)));
  });

  it('comes in pieces of a row', () => {
    const pieces = [...votablePieces(candidates)];
    expect(pieces.filter((piece) => piece.startsWith('<TR>'))).toHaveLength(3);
    expect(pieces.join('')).toBe(writeVotable(candidates));
  });

  it('may be empty', async () => {
    const judged = await judge({ ...candidates, rows: [], params: [], infos: [] });
    expect(judged.rows).toEqual([]);
  });

  const one = (
    datatype: VotableField['datatype'],
    cell: VotableCell,
    rest: Partial<VotableField> = {},
  ): VotableTable => ({
    name: 't',
    fields: [{ name: 'c', datatype, ...rest }],
    rows: [[cell]],
  });
  it.each<[string, VotableTable, string]>([
    ['an integer out of range', one('short', 32_768), 'row 0, column c: 32768 is no short'],
    ['a fraction as integer', one('int', 0.5), 'row 0, column c: 0.5 is no int'],
    ['an unsafe integer', one('long', 2 ** 60), 'is no long'],
    ['a float beyond float32', one('float', 1e39), 'column c: 1e+39 is no float'],
    ['text as a number', one('double', '5'), 'column c: "5" is no double'],
    ['a number as text', one('text', 5), 'column c: 5 is no text'],
    ['a list of another length', one('float', [1, 2], { arraysize: 3 }), 'column c: 1,2 is no list of 3'],
    ['a number for a list', one('float', 1, { arraysize: '*' }), 'column c: 1 is no list of float'],
    ['a list for a number', one('float', [1]), 'column c: 1 is no float'],
    ['a list of texts', one('text', 'a', { arraysize: 2 }), 'is a list of texts'],
    ['an arraysize of nothing', one('float', [], { arraysize: 0 }), 'has the arraysize 0'],
    [
      'a control character',
      one('text', 'a\u0001'),
      'row 0, column c: XML can\'t hold the character U+0001 of "a\\u0001"',
    ],
    ['half a character', one('text', '\ud800'), 'U+D800'],
    ['a row of another length', { ...one('int', 1), rows: [[1], [1, 2]] }, 'row 1 has 2 cells for 1 columns'],
    [
      'two columns of a name',
      { ...candidates, fields: [...candidates.fields, ...candidates.fields] },
      'Two columns are called "id"',
    ],
    ['a nameless column', { ...candidates, fields: [{ name: ' ', datatype: 'int' }] }, 'A column has no name'],
  ])('is refused for %s', (_, table, message) => {
    expect(() => writeVotable(table)).toThrow(VotableError);
    expect(() => writeVotable(table)).toThrow(message);
  });
});

describe('a CSV', () => {
  it('has a header, quotes what needs it, and empty cells for missing values', () => {
    const fields: VotableField[] = [
      { name: 'id', datatype: 'text' },
      { name: 'p, "mean"', datatype: 'double' },
    ];
    const csv = writeCsv({
      fields,
      rows: [
        ['a,"b"\nc', 0.5],
        ['', null],
      ],
    });
    expect(csv).toBe('id,"p, ""mean"""\n"a,""b""\nc",0.5\n,\n');
  });

  it("gives back what it held to Python's reader", async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', ',', '\n', 'a,"b"\nc', ' '));
    const row = fc.tuple(text, fc.double({ noNaN: true, noDefaultInfinity: true }));
    const rows = fc.sample(row, { numRuns: 300, seed: 7 });
    const fields: VotableField[] = [
      { name: 'text', datatype: 'text' },
      { name: 'number', datatype: 'double' },
    ];
    const reader =
      'import csv, io, json, sys; text = io.TextIOWrapper(sys.stdin.buffer, "utf-8", newline=""); ' +
      'print(json.dumps([[name, float(number)] for name, number in list(csv.reader(text))[1:]]))';
    const printed = await python(reader, [], writeCsv({ fields, rows }));
    expect(JSON.parse(printed)).toEqual(rows);
  });

  it('is refused for a row of another length', () => {
    expect(() => writeCsv({ fields: candidates.fields, rows: [['a']] })).toThrow('row 0 has 1 cells for 8 columns');
  });
});
