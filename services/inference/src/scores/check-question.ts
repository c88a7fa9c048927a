import { KnownState, ScoreColumn, type NumberRange, type ScoreFilter, type ScoreOrder } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import type { CheckedFilter, CheckedOrder, Interval, SortColumn } from './score-statement.ts';

/** Limits of the contract. */
const MOST_IDS = 10_000;
const LONGEST_PREFIX = 100;

const COLUMNS: Record<Exclude<ScoreColumn, ScoreColumn.CLASS_PROBABILITY>, SortColumn> = {
  [ScoreColumn.UNSPECIFIED]: 'emission',
  [ScoreColumn.EMISSION_PROBABILITY]: 'emission',
  [ScoreColumn.UNCERTAINTY]: 'uncertainty',
  [ScoreColumn.SNR]: 'snr',
  [ScoreColumn.RA]: 'ra',
  [ScoreColumn.DEC]: 'dec',
  [ScoreColumn.SPECTRUM_ID]: 'id',
  [ScoreColumn.DESIGNATION]: 'designation',
  [ScoreColumn.SEPARATION]: 'separation',
};

/**
 * Checks a filter.
 * @param classes of the campaign
 * @throws {ServiceError} UNKNOWN_CLASS, BAD_REQUEST
 */
export function checkFilter(filter: ScoreFilter | undefined, classes: readonly string[]): CheckedFilter {
  const cone = filter?.cone;
  if (cone) {
    check(Number.isFinite(cone.ra), 'filter.cone.ra', cone.ra, 'give degrees');
    check(Math.abs(cone.dec) <= 90, 'filter.cone.dec', cone.dec, 'give -90 to 90 degrees');
    check(cone.radius > 0 && cone.radius <= 180, 'filter.cone.radius', cone.radius, 'give up to 180 degrees');
  }
  const ids = filter?.spectrumIds ?? [];
  const exceptIds = filter?.exceptSpectrumIds ?? [];
  check(ids.length <= MOST_IDS, 'the number of filter.spectrum_ids', ids.length, `give at most ${MOST_IDS}`);
  check(
    exceptIds.length <= MOST_IDS,
    'the number of filter.except_spectrum_ids',
    exceptIds.length,
    `give at most ${MOST_IDS}`,
  );
  const prefix = filter?.prefix ?? '';
  check(
    prefix.length <= LONGEST_PREFIX,
    'the length of filter.prefix',
    prefix.length,
    `give at most ${LONGEST_PREFIX} characters`,
  );
  const known = filter?.known ?? KnownState.UNSPECIFIED;
  if (known !== KnownState.UNSPECIFIED && filter?.crossMatch === '') {
    throw new ServiceError('BAD_REQUEST', 'filter.known needs filter.cross_match: name one of ListCrossMatches');
  }
  return {
    classes: (filter?.classes ?? []).map((name) => classIndex(name, classes)),
    emission: interval('emission_probability', filter?.emissionProbability),
    uncertainty: interval('uncertainty', filter?.uncertainty),
    snr: interval('snr', filter?.snr),
    cone: cone && { ra: cone.ra, dec: cone.dec, radius: cone.radius },
    prefix,
    known: known === KnownState.UNSPECIFIED ? undefined : known === KnownState.KNOWN,
    ids,
    exceptIds,
    labelled: filter?.labelled,
  };
}

/**
 * Checks an order.
 * @param crossMatch name of the cross-match that the filter names; may be empty
 * @throws {ServiceError} UNKNOWN_CLASS, BAD_REQUEST
 */
export function checkOrder(
  order: ScoreOrder | undefined,
  classes: readonly string[],
  crossMatch: string,
): CheckedOrder {
  const column = order?.column ?? ScoreColumn.UNSPECIFIED;
  const ascending = order?.ascending ?? false;
  if (column === ScoreColumn.CLASS_PROBABILITY) return { column: classIndex(order?.class ?? '', classes), ascending };
  const found = COLUMNS[column] as SortColumn | undefined;
  if (found === undefined) {
    throw new ServiceError('BAD_REQUEST', `order.column is ${column}, which this release does not know`);
  }
  if (found === 'separation' && crossMatch === '') {
    throw new ServiceError(
      'BAD_REQUEST',
      'the order by separation needs filter.cross_match: name one of ListCrossMatches',
    );
  }
  return { column: found, ascending };
}

function classIndex(name: string, classes: readonly string[]): number {
  const index = classes.indexOf(name);
  if (index >= 0) return index;
  throw new ServiceError('UNKNOWN_CLASS', `"${name}" is no class of this campaign: ask for ${classes.join(', ')}`);
}

function interval(name: string, range: NumberRange | undefined): Interval {
  const { least, most } = range ?? {};
  for (const end of [least, most])
    check(end === undefined || Number.isFinite(end), `an end of filter.${name}`, end, 'give a number');
  return { least, most };
}

function check(fits: boolean, what: string, value: unknown, doThis: string): void {
  if (!fits) throw new ServiceError('BAD_REQUEST', `${what} is ${value}: ${doThis}`);
}
