import type { MessageInitShape } from '@bufbuild/protobuf';
import { KnownState, ScoreColumn, type ScoreFilterSchema, type ScoreOrderSchema } from '@spectrawl/contracts';

/** What the table shows and how, as the address has it: everything is a link. */
export interface CandidateQuery {
  iteration: number | undefined;
  classes: readonly string[];
  /** Least and most, as they were typed; empty is open. */
  probability: readonly [string, string];
  uncertainty: readonly [string, string];
  snr: readonly [string, string];
  /** "ra dec radius", degrees. */
  cone: string;
  prefix: string;
  match: string;
  known: 'any' | 'known' | 'new';
  review: 'any' | 'accepted' | 'rejected' | 'open';
  labelled: 'any' | 'yes' | 'no';
  sort: SortKey;
  ascending: boolean;
}

/** Columns by which the table can be sorted. */
export const SORT_COLUMNS = {
  probability: ScoreColumn.EMISSION_PROBABILITY,
  uncertainty: ScoreColumn.UNCERTAINTY,
  snr: ScoreColumn.SNR,
  ra: ScoreColumn.RA,
  dec: ScoreColumn.DEC,
  id: ScoreColumn.SPECTRUM_ID,
  name: ScoreColumn.DESIGNATION,
  separation: ScoreColumn.SEPARATION,
} as const;
export type SortKey = keyof typeof SORT_COLUMNS;

/** What is asked when the address says nothing: what the network proposes, most probable first. */
export const NO_QUERY: CandidateQuery = {
  iteration: undefined,
  classes: [],
  probability: ['', ''],
  uncertainty: ['', ''],
  snr: ['', ''],
  cone: '',
  prefix: '',
  match: '',
  known: 'any',
  review: 'any',
  labelled: 'any',
  sort: 'probability',
  ascending: false,
};

/** Reads an address; what it has wrong is left out. */
export function queryOf(search: URLSearchParams): CandidateQuery {
  const text = (name: string): string => search.get(name) ?? '';
  const range = (name: string): [string, string] => {
    const [least = '', most = ''] = text(name).split('..');
    return [least, most];
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], byDefault: T): T =>
    values.find((value) => value === text(name)) ?? byDefault;
  const sort = oneOf('sort', Object.keys(SORT_COLUMNS) as SortKey[], NO_QUERY.sort);
  const match = text('match');
  return {
    iteration: /^\d{1,9}$/.test(text('iteration')) ? Number(text('iteration')) : undefined,
    classes: search.getAll('class'),
    probability: range('p'),
    uncertainty: range('u'),
    snr: range('snr'),
    cone: text('cone'),
    prefix: text('q'),
    match,
    known: match === '' ? 'any' : oneOf('known', ['known', 'new'], 'any' as CandidateQuery['known']),
    review: oneOf('review', ['accepted', 'rejected', 'open'], 'any' as CandidateQuery['review']),
    labelled: oneOf('labelled', ['yes', 'no'], 'any' as CandidateQuery['labelled']),
    sort: sort === 'separation' && match === '' ? NO_QUERY.sort : sort,
    ascending: text('order') === 'up',
  };
}

/** Writes an address; what is as always is left out. */
export function searchOf(query: CandidateQuery): URLSearchParams {
  const search = new URLSearchParams();
  const set = (name: string, value: string): void => {
    if (value !== '') search.set(name, value);
  };
  const range = ([least, most]: readonly [string, string]): string => (least + most === '' ? '' : `${least}..${most}`);
  set('iteration', query.iteration?.toString() ?? '');
  for (const name of query.classes) search.append('class', name);
  set('p', range(query.probability));
  set('u', range(query.uncertainty));
  set('snr', range(query.snr));
  set('cone', query.cone);
  set('q', query.prefix);
  set('match', query.match);
  for (const name of ['known', 'review', 'labelled'] as const) set(name, query[name] === 'any' ? '' : query[name]);
  set('sort', query.sort === NO_QUERY.sort ? '' : query.sort);
  set('order', query.ascending ? 'up' : '');
  return search;
}

/** How many parts of the filter are set. */
export function partsSet(query: CandidateQuery): number {
  const set = [
    query.classes.length > 0,
    query.probability.join('') !== '',
    query.uncertainty.join('') !== '',
    query.snr.join('') !== '',
    query.cone !== '',
    query.prefix !== '',
    query.known !== 'any',
    query.review !== 'any',
    query.labelled !== 'any',
  ];
  return set.filter(Boolean).length;
}

/** A circle of three numbers: right ascension, declination and radius, degrees. @returns undefined for anything else */
export function readCone(text: string): { ra: number; dec: number; radius: number } | undefined {
  const numbers = text
    .trim()
    .split(/[\s,;]+/)
    .map(Number);
  const [ra, dec, radius] = numbers;
  if (numbers.length !== 3 || ra === undefined || dec === undefined || radius === undefined) return undefined;
  if (!numbers.every(Number.isFinite) || Math.abs(dec) > 90 || radius <= 0 || radius > 180) return undefined;
  return { ra, dec, radius };
}

/** A number as it is typed. @returns undefined for an open end, NaN for what is none */
export function readEnd(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text.replace(',', '.'));
}

/** Parts of the filter that cannot be read, by their names. */
export function unreadable(query: CandidateQuery): string[] {
  const ranges = { probability: query.probability, uncertainty: query.uncertainty, 'S/N': query.snr };
  const wrong = Object.entries(ranges)
    .filter(([, ends]) => ends.some((end) => Number.isNaN(readEnd(end))))
    .map(([name]) => name);
  return query.cone !== '' && readCone(query.cone) === undefined ? [...wrong, 'sky'] : wrong;
}

/**
 * The filter as the service takes it; what cannot be read is left out.
 * @param reviewed ids by their latest verdict
 */
export function filterOf(
  query: CandidateQuery,
  reviewed: { accepted: readonly string[]; rejected: readonly string[] },
): MessageInitShape<typeof ScoreFilterSchema> {
  const range = ([least, most]: readonly [string, string]) => {
    const ends = { least: readEnd(least), most: readEnd(most) };
    return {
      ...(ends.least !== undefined && !Number.isNaN(ends.least) && { least: ends.least }),
      ...(ends.most !== undefined && !Number.isNaN(ends.most) && { most: ends.most }),
    };
  };
  const cone = readCone(query.cone);
  return {
    classes: [...query.classes],
    emissionProbability: range(query.probability),
    uncertainty: range(query.uncertainty),
    snr: range(query.snr),
    ...(cone && { cone }),
    prefix: query.prefix,
    crossMatch: query.match,
    known: { any: KnownState.UNSPECIFIED, known: KnownState.KNOWN, new: KnownState.NEW }[query.known],
    ...(query.labelled !== 'any' && { labelled: query.labelled === 'yes' }),
    spectrumIds:
      query.review === 'accepted' ? [...reviewed.accepted] : query.review === 'rejected' ? [...reviewed.rejected] : [],
    exceptSpectrumIds: query.review === 'open' ? [...reviewed.accepted, ...reviewed.rejected] : [],
  };
}

export function orderOf({ sort, ascending }: CandidateQuery): MessageInitShape<typeof ScoreOrderSchema> {
  return { column: SORT_COLUMNS[sort], ascending };
}
