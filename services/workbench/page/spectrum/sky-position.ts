/** Right ascension in hours, minutes and seconds, such as "05 22 14.93". @param ra degrees */
export function hourAngle(ra: number): string {
  return sexagesimal((((ra % 360) + 360) % 360) / 15, 2, 24);
}

/** Declination in degrees, minutes and seconds, such as "+33 42 28.7". @param dec degrees */
export function degrees(dec: number): string {
  return `${dec < 0 ? '−' : '+'}${sexagesimal(Math.abs(dec), 1)}`;
}

/** A value in units, sixtieths and sixtieths of these; the last with some decimals. It begins again at `turn`. */
function sexagesimal(value: number, decimals: number, turn = Infinity): string {
  const scale = 10 ** decimals;
  const whole = Math.round(value * 3600 * scale);
  const units = Math.floor(whole / (3600 * scale));
  const minutes = Math.floor(whole / (60 * scale)) % 60;
  const seconds = (whole % (60 * scale)) / scale;
  const two = (count: number): string => String(count).padStart(2, '0');
  return `${two(units % turn)} ${two(minutes)} ${seconds.toFixed(decimals).padStart(3 + decimals, '0')}`;
}

/** Modified Julian date of the day on which JavaScript's time begins. */
const EPOCH_MJD = 40_587;
const DAY = 86_400_000;

/** The UTC day of a modified Julian date, such as "2013-11-25". */
export function dayOf(mjd: number): string {
  return new Date((mjd - EPOCH_MJD) * DAY).toISOString().slice(0, 10);
}
