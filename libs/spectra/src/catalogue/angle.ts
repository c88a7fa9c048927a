const SEXAGESIMAL =
  /^([+\-−]?)(\d{1,3})(?:\s*[:hd°]\s*|\s+)(\d{1,2})(?:(?:\s*[:m'′]\s*|\s+)(\d{1,2}(?:\.\d*)?)\s*[s"″]?)?\s*m?$/u;
const DEGREES_AN_HOUR = 15;

/** What a column's numbers count: degrees where it says nothing, which is what catalogues mean. */
export type AngleUnit = 'degrees' | 'hours' | 'radians';

/** The unit of an angle in the words of VOUnits, FITS and CDS. @returns undefined for what is no unit of angles */
export function angleUnit(text: string): AngleUnit | 'sexagesimal' | undefined {
  const word = text.toLowerCase().replaceAll(/["'\s]/g, '');
  if (['', 'deg', 'degree', 'degrees', 'd', '°'].includes(word)) return 'degrees';
  if (['h', 'hr', 'hour', 'hours', 'hourangle'].includes(word)) return 'hours';
  if (['rad', 'radian', 'radians'].includes(word)) return 'radians';
  if (['h:m:s', 'hms', 'd:m:s', 'dms', 'deg:m:s', 'hh:mm:ss', 'dd:mm:ss', ':'].includes(word)) return 'sexagesimal';
  return undefined;
}

/**
 * An angle in degrees; NaN for what is none.
 * @param of what sexagesimal text counts: hours of right ascension or degrees of declination
 */
export function degrees(cell: number | string, unit: AngleUnit | 'sexagesimal', of: 'ra' | 'dec'): number {
  const number = typeof cell === 'number' ? cell : cell.trim() === '' ? NaN : Number(cell);
  if (Number.isFinite(number)) {
    if (unit === 'hours') return number * DEGREES_AN_HOUR;
    return unit === 'radians' ? (number * 180) / Math.PI : number;
  }
  const parts = typeof cell === 'string' ? SEXAGESIMAL.exec(cell.trim()) : null;
  if (parts === null) return NaN;
  const [, sign, whole, minutes, seconds = '0'] = parts;
  if (Number(minutes) >= 60 || Number(seconds) >= 60) return NaN;
  const size = Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600;
  return (sign === '-' || sign === '−' ? -size : size) * (of === 'ra' ? DEGREES_AN_HOUR : 1);
}
