import { Presets, SingleBar } from 'cli-progress';

/** A progress bar on standard error, where that is a terminal; else nothing. */
export interface Progress {
  to(value: number, note?: string): void;
  stop(): void;
}

/** @param total in the unit of `to`; @param label before the bar */
export function startProgress(total: number, label: string, enabled = process.stderr.isTTY): Progress {
  if (!enabled) return { to: () => undefined, stop: () => undefined };
  const bar = new SingleBar(
    { format: `${label} {bar} {percentage}% {note}`, hideCursor: true, stream: process.stderr, etaBuffer: 50 },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: '' });
  return {
    to: (value, note = '') => bar.update(Math.min(value, total), { note }),
    stop: () => bar.stop(),
  };
}
