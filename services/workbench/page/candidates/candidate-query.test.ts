import { KnownState } from '@spectrawl/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filterOf,
  NO_QUERY,
  partsSet,
  queryOf,
  readCone,
  searchOf,
  SORT_COLUMNS,
  unreadable,
} from './candidate-query.ts';
import type { CandidateQuery, SortKey } from './candidate-query.ts';

const NOBODY = { accepted: [], rejected: [] };

const text = fc.string().filter((it) => !it.includes('..'));
const range = fc.constantFrom<[string, string]>(['', ''], ['0.5', ''], ['', '9'], ['0.1', '0.2'], ['x', '']);
const queries: fc.Arbitrary<CandidateQuery> = fc
  .record({
    iteration: fc.option(fc.nat(1000), { nil: undefined }),
    classes: fc.array(text, { maxLength: 3 }),
    probability: range,
    uncertainty: range,
    snr: range,
    cone: text,
    prefix: text,
    match: fc.constantFrom('', 'simbad'),
    known: fc.constantFrom('any' as const, 'known' as const, 'new' as const),
    review: fc.constantFrom('any' as const, 'accepted' as const, 'rejected' as const, 'open' as const),
    labelled: fc.constantFrom('any' as const, 'yes' as const, 'no' as const),
    sort: fc.constantFrom(...(Object.keys(SORT_COLUMNS) as SortKey[])),
    ascending: fc.boolean(),
  })
  .map((query) =>
    query.match === ''
      ? { ...query, known: 'any' as const, sort: query.sort === 'separation' ? ('id' as const) : query.sort }
      : query,
  );

describe('the address of a table of candidates', () => {
  it('says all that is asked', () => {
    fc.assert(
      fc.property(queries, (query) => {
        expect(queryOf(new URLSearchParams(searchOf(query).toString()))).toEqual(query);
      }),
    );
  });

  it('is short where nothing is asked, and what it has wrong is left out', () => {
    expect(searchOf(NO_QUERY).toString()).toBe('');
    expect(queryOf(new URLSearchParams('sort=mood&known=known&iteration=x&review=maybe'))).toEqual(NO_QUERY);
    expect(queryOf(new URLSearchParams('sort=separation'))).toEqual(NO_QUERY);
  });
});

describe('a filter', () => {
  it('is what the service takes', () => {
    const query = queryOf(
      new URLSearchParams('class=single-peak&p=0.9..&snr=3..40&cone=359.9,-12 0.5&match=m&known=new&labelled=no'),
    );
    expect(filterOf(query, NOBODY)).toMatchObject({
      classes: ['single-peak'],
      emissionProbability: { least: 0.9 },
      snr: { least: 3, most: 40 },
      cone: { ra: 359.9, dec: -12, radius: 0.5 },
      crossMatch: 'm',
      known: KnownState.NEW,
      labelled: false,
    });
    expect(partsSet(query)).toBe(6);
  });

  it('knows what was reviewed', () => {
    const reviewed = { accepted: ['a'], rejected: ['b', 'c'] };
    const of = (review: CandidateQuery['review']) => filterOf({ ...NO_QUERY, review }, reviewed);
    expect(of('accepted')).toMatchObject({ spectrumIds: ['a'], exceptSpectrumIds: [] });
    expect(of('rejected')).toMatchObject({ spectrumIds: ['b', 'c'] });
    expect(of('open')).toMatchObject({ spectrumIds: [], exceptSpectrumIds: ['a', 'b', 'c'] });
    expect(of('any')).toMatchObject({ spectrumIds: [], exceptSpectrumIds: [] });
  });

  it('says what it cannot read', () => {
    expect(unreadable(queryOf(new URLSearchParams('p=high..&snr=1..2&cone=1 2')))).toEqual(['probability', 'sky']);
    expect(readCone('1 91 1')).toBeUndefined();
    expect(readCone('1 2 0')).toBeUndefined();
    expect(readCone(' 10.5, -20 3 ')).toEqual({ ra: 10.5, dec: -20, radius: 3 });
  });
});
