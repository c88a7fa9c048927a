const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values as a row of bars.
 * @param values finite numbers; of more than `width`, each bar stands for the mean of its share
 * @returns at most `width` characters; empty for no values
 */
export function sparkline(values: readonly number[], width = 60): string {
  if (values.length === 0) return '';
  const bars = Math.min(width, values.length);
  const means = Array.from({ length: bars }, (_, bar) => {
    const share = values.slice(
      Math.floor((bar * values.length) / bars),
      Math.floor(((bar + 1) * values.length) / bars),
    );
    return share.reduce((sum, value) => sum + value, 0) / share.length;
  });
  const least = Math.min(...means);
  const range = Math.max(...means) - least;
  return means.map((mean) => BARS[range > 0 ? Math.round(((mean - least) / range) * (BARS.length - 1)) : 0]).join('');
}
