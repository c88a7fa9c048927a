import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';
import { simulateScoringRun, type ScoringRun } from './scoring-run.ts';
import { FairLink } from './fair-link.ts';

/** Nothing limits but computing: one second a shard. */
const RUN: ScoringRun = {
  rows: 64_000,
  shardRows: 1000,
  partitionOf: (shard) => shard % 64,
  partitions: 64,
  worker: { rowsPerSecond: 1000, shardSeconds: 0, shardsInHand: 1, bytesPerSecond: 1e12 },
  readBytesPerRow: 1,
  writtenBytesPerRow: 1,
  storeBytesPerSecond: 1e12,
  scaling: { maxWorkers: 1, pollSeconds: 30, shardsPerWorker: 1, workersPerPoll: 1000, startSeconds: 0 },
  planSeconds: 0,
  recordSeconds: 0,
  mergeSeconds: 0,
};

const withWorkers = (maxWorkers: number, changes: Partial<ScoringRun> = {}): ScoringRun => ({
  ...RUN,
  ...changes,
  scaling: { ...RUN.scaling, ...changes.scaling, maxWorkers },
});

it('a queue gives what was put in by time, equal times by their order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const queue = new EventQueue<[number, number]>();
      times.forEach((at, order) => queue.push(at, [at, order]));
      const out = Array.from(times, () => queue.pop()!);
      expect(out).toEqual(
        times.map((at, order) => [at, order] as const).toSorted((a, b) => a[0] - b[0] || a[1] - b[1]),
      );
      expect(queue.pop()).toBeUndefined();
    }),
  );
});

describe('a shared link', () => {
  it('gives each transfer its share, and more when others have ended', () => {
    const link = new FairLink<string>(100, 80);
    link.begin(0, 100, 'short');
    link.begin(0, 200, 'long');
    expect([link.nextAt, link.end()]).toEqual([2, 'short']);
    // 100 bytes are left, at 80 a second now.
    expect([link.nextAt, link.end()]).toEqual([3.25, 'long']);
    expect(link.saturatedSeconds).toBe(2);
  });
});

describe('a simulated scoring run', () => {
  it('takes as long as the computing, divided by the workers', () => {
    for (const workers of [1, 2, 4, 64]) {
      const { seconds, busy, limit } = simulateScoringRun(withWorkers(workers));
      expect(seconds).toBeCloseTo(64 / workers, 5);
      expect(busy).toBeCloseTo(1, 5);
      expect(limit).toBe('computing');
    }
  });

  it('gets no faster by more workers than partitions', () => {
    const { seconds, limit } = simulateScoringRun(
      withWorkers(128, { rows: 640_000, scaling: { ...RUN.scaling, shardsPerWorker: 1 } }),
    );
    expect(seconds).toBeCloseTo(10, 5);
    expect(limit).toBe('partitions');
  });

  it('waits for the fullest partition where requests are spread by chance', () => {
    const even = simulateScoringRun(withWorkers(64)).seconds;
    const uneven = simulateScoringRun(withWorkers(64, { partitionOf: (shard) => (shard * shard) % 64 })).seconds;
    expect(uneven).toBeGreaterThan(2 * even);
  });

  it('is bound by the object store where that is slower than the workers', () => {
    const { seconds, limit } = simulateScoringRun(withWorkers(64, { readBytesPerRow: 999, storeBytesPerSecond: 1e6 }));
    expect(seconds).toBeGreaterThanOrEqual(64);
    expect(limit).toBe('object store');
  });

  it('computes one shard while it reads the next, where it has two in hand', () => {
    // A second to read, a second to compute.
    const slow = { ...RUN.worker, bytesPerSecond: 1000 };
    expect(simulateScoringRun(withWorkers(1, { worker: slow, writtenBytesPerRow: 0 })).seconds).toBeCloseTo(128, 5);
    const two = { ...slow, bytesPerSecond: 1000, shardsInHand: 2 };
    expect(simulateScoringRun(withWorkers(1, { worker: two, writtenBytesPerRow: 0 })).seconds).toBeCloseTo(65, 5);
  });

  it('counts the time until workers are there', () => {
    const late = withWorkers(64, { scaling: { ...RUN.scaling, startSeconds: 50 } });
    expect(simulateScoringRun(late)).toMatchObject({ limit: 'start-up', seconds: expect.closeTo(51, 5) as number });
  });

  it('adds what is done one shard after the other', () => {
    const { seconds } = simulateScoringRun(
      withWorkers(64, { planSeconds: 0.1, recordSeconds: 0.5, mergeSeconds: 0.25 }),
    );
    expect(seconds).toBeCloseTo(64 * 0.1 + 1 + 64 * 0.5 + 64 * 0.25, 4);
  });

  it('never takes less than any of its parts needs alone, whatever the sizes', () => {
    fc.assert(
      fc.property(
        fc.record({
          rows: fc.integer({ min: 1, max: 50_000 }),
          workers: fc.integer({ min: 1, max: 100 }),
          store: fc.integer({ min: 1000, max: 1e7 }),
        }),
        ({ rows, workers, store }) => {
          const run = withWorkers(workers, { rows, storeBytesPerSecond: store });
          const { seconds, workerSeconds } = simulateScoringRun(run);
          const bytes = rows * (run.readBytesPerRow + run.writtenBytesPerRow);
          expect(seconds).toBeGreaterThanOrEqual(Math.max(rows / 1000 / workers, bytes / store) * 0.999999);
          expect(workerSeconds).toBeGreaterThanOrEqual((rows / 1000) * 0.999999);
        },
      ),
    );
  });

  it('refuses what could never end', () => {
    expect(() => simulateScoringRun(withWorkers(0))).toThrow('maxWorkers is 0: give more');
  });
});
