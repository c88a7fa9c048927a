import type { IngestCounts } from '@spectrawl/contracts';

/** The counts of a pool as the equation received = stored + quarantined + duplicates. */
export interface CountsEquation {
  received: number;
  stored: number;
  quarantined: number;
  duplicates: number;
  /** Received and still under way: 0 when the equation holds. */
  underWay: number;
}

/** Reads the counts; those of a pool that nothing came into are all 0. */
export function countsEquation(counts: IngestCounts | undefined): CountsEquation {
  const received = Number(counts?.received ?? 0n);
  const stored = Number(counts?.stored ?? 0n);
  const quarantined = Number(counts?.quarantined ?? 0n);
  const duplicates = Number(counts?.duplicates ?? 0n);
  return { received, stored, quarantined, duplicates, underWay: received - stored - quarantined - duplicates };
}

/** Adds the counts of several uploads. */
export function addedCounts(all: readonly CountsEquation[]): CountsEquation {
  return all.reduce(
    (sum, counts) => ({
      received: sum.received + counts.received,
      stored: sum.stored + counts.stored,
      quarantined: sum.quarantined + counts.quarantined,
      duplicates: sum.duplicates + counts.duplicates,
      underWay: sum.underWay + counts.underWay,
    }),
    countsEquation(undefined),
  );
}
