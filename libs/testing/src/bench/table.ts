import type { BenchmarkResult } from './run-benchmark.ts';

const rate = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);

/** The result as lines of text: one row a contender, and whether the claim is met. */
export function formatResult(result: BenchmarkResult): string {
  const latencies = result.contenders.some(({ latency }) => latency) ? (['p50', 'p95', 'p99'] as const) : [];
  const rows = result.contenders.map((contender) => [
    contender.name + (contender.version === undefined ? '' : ` (${contender.version})`),
    rate(contender.medianRate),
    `${rate(Math.min(...contender.rates))}–${rate(Math.max(...contender.rates))}`,
    contender.ratio.toFixed(2),
    ...latencies.map((percentile) => (contender.latency ? `${rate(contender.latency[percentile])} ms` : '')),
    contender.claimMet === undefined
      ? ''
      : `${contender.claimMet ? 'met' : 'NOT met'}: ≥ ${result.claim?.atLeast.toFixed(1)}`,
  ]);
  const heading = ['', `${result.unit}/s`, 'range', `/ ${result.baseline}`, ...latencies, 'claim'];
  const widths = heading.map((title, column) =>
    Math.max(...[heading, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (row: string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const rounds = result.contenders[0]?.rates.length ?? 0;
  return [`${result.name} (${rounds} rounds)`, ...[heading, ...rows].map((row) => `  ${line(row)}`)].join('\n');
}
