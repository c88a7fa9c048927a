import { VotableError } from './table.ts';
import type { VotableCell, VotableDatatype, VotableField, VotableScalar } from './table.ts';

/** Inclusive ranges of the integer datatypes (VOTable 1.4, section 2.1). */
const INTEGER_RANGES: Partial<Record<VotableDatatype, readonly [bigint, bigint]>> = {
  short: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  long: [-(2n ** 63n), 2n ** 63n - 1n],
};
/** So many significant digits tell any two float32 apart. */
const FLOAT32_DIGITS = 9;

/** ISO 8601 as DALI 1.1 (section 3.3.3) profiles it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?)?Z?$/;

const isList = (cell: VotableCell): cell is readonly VotableScalar[] => Array.isArray(cell);
const show = (value: unknown): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

function integerText(value: VotableScalar, datatype: VotableDatatype): string | undefined {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined;
  const [least, most] = INTEGER_RANGES[datatype] ?? [0n, 0n];
  const exact = BigInt(value);
  return exact >= least && exact <= most ? exact.toString() : undefined;
}

/** The shortest decimal that reads back as the same float32. */
function float32Text(value: number): string {
  const rounded = Math.fround(value);
  for (let digits = 1; digits < FLOAT32_DIGITS; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === rounded) return String(text);
  }
  return String(Number(rounded.toPrecision(FLOAT32_DIGITS)));
}

function floatText(value: VotableScalar, datatype: VotableDatatype): string | undefined {
  if (typeof value !== 'number') return undefined;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  if (datatype === 'double') return String(value);
  return Number.isFinite(Math.fround(value)) ? float32Text(value) : undefined;
}

function scalarText(value: VotableScalar, datatype: VotableDatatype): string | undefined {
  switch (datatype) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'text':
      return typeof value === 'string' ? value : undefined;
    case 'float':
    case 'double':
      return floatText(value, datatype);
    default:
      return integerText(value, datatype);
  }
}

/** What stands for a missing value: nothing for every datatype since VOTable 1.3, but a list of fixed length must have it. */
function missingText({ datatype, arraysize }: VotableField): string | undefined {
  if (typeof arraysize !== 'number') return '';
  return datatype === 'float' || datatype === 'double' ? new Array(arraysize).fill('NaN').join(' ') : undefined;
}

/**
 * A cell as it stands in a TD element, not yet escaped.
 *
 * @param where names the cell in errors, such as 'row 3'
 * @throws {VotableError} for a value that the field's datatype can't hold
 */
export function cellText(cell: VotableCell, field: VotableField, where: string): string {
  const { name, datatype, arraysize, xtype } = field;
  const fail = (expected: string): never => {
    throw new VotableError(`${where}, column ${name}: ${show(cell)} is no ${expected}`);
  };
  if (cell === null) return missingText(field) ?? fail(`list of ${arraysize}, and ${datatype} has no missing value`);
  if (xtype !== undefined && !(typeof cell === 'string' && TIMESTAMP.test(cell)))
    return fail(`${xtype} such as 2026-11-22T10:00:00Z`);
  const textOf = (value: VotableScalar): string => scalarText(value, datatype) ?? fail(datatype);
  if (!isList(cell)) return arraysize === undefined ? textOf(cell) : fail(`list of ${datatype}`);
  if (arraysize === undefined || (arraysize !== '*' && cell.length !== arraysize))
    return fail(arraysize === undefined ? datatype : `list of ${arraysize}`);
  return cell.map(textOf).join(' ');
}
