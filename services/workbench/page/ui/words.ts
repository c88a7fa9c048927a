/** A fraction as a percentage of at most two decimals, such as "6.5 %". */
export function percentage(fraction: number): string {
  return `${Number((100 * fraction).toFixed(fraction < 0.001 ? 3 : 2))} %`;
}

const COUNT = new Intl.NumberFormat('en', { useGrouping: true });

/** A count with its thousands set apart by thin spaces, such as "4 136 482". */
export function grouped(count: number | bigint): string {
  return COUNT.format(count).replaceAll(',', '\u2009');
}

/** A span of time in at most two units, such as "45 s", "3 min 20 s" or "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 24 * 60) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A rate with as many digits as it is worth, such as "0.42", "38" or "41 200". */
export function rate(perSecond: number): string {
  if (perSecond >= 100) return grouped(Number(perSecond.toPrecision(3)));
  return String(Number(perSecond.toPrecision(2)));
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** An amount of data, such as "1.4 MB". */
export function bytes(amount: number | bigint): string {
  let value = Number(amount);
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toPrecision(2)} ${BYTE_UNITS[unit]}`;
}
