import type { ScoringRun } from './scoring-run.ts';

/** Rates of one worker of this machine, from `make bench`. */
export interface MeasuredWorker {
  rowsPerSecond: number;
  shardSeconds: number;
}

/**
 * A worker's rates from two sizes of shards, each in shards a second: a shard takes `shardSeconds` and a row 1 / `rowsPerSecond`.
 * @throws {RangeError} when larger shards were scored faster than small ones
 */
export function measuredWorker(
  small: { rows: number; rate: number },
  large: { rows: number; rate: number },
): MeasuredWorker {
  const rowSeconds = (1 / large.rate - 1 / small.rate) / (large.rows - small.rows);
  if (!(rowSeconds > 0)) {
    throw new RangeError(
      `shards of ${large.rows} rows took no longer than of ${small.rows}: measure again on a quiet machine`,
    );
  }
  return { rowsPerSecond: 1 / rowSeconds, shardSeconds: Math.max(0, 1 / small.rate - small.rows * rowSeconds) };
}

/**
 * What is not measured here but assumed, with its source. The paper's GPU is the floor: it scored 4,136,482 spectra in 92 s on a GTX
 * 980-class card (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122); cards of today are faster.
 */
export const ASSUMED = {
  gpuRowsPerSecond: 4_136_482 / 92,
  /** of a pool shard and of a score file of `libs/pool`: 560 bytes of features, ids, coordinates; ids, probabilities */
  readBytesPerRow: 577,
  writtenBytesPerRow: 60,
  shardRows: 131_072,
  /** 10 Gbit/s, the network card of a node */
  workerBytesPerSecond: 1.25e9,
  /** ten such cards: an object store of a data centre */
  storeBytesPerSecond: 12.5e9,
  /** the image is on the node; TensorFlow, the model and joining the consumer group */
  startSeconds: 20,
  /** KEDA's polling interval in the chart */
  pollSeconds: 15,
  planSeconds: 0.0005,
} as const;

/** A pool, the workers it is scored with, and what goes with them. */
export interface Setting {
  rows: number;
  workers: number;
  partitions: number;
}

/** Pools of 4.1 million, 100 million and 10 billion spectra, each with few and with many GPUs. */
export const SETTINGS: readonly Setting[] = [
  { rows: 4_136_482, workers: 1, partitions: 64 },
  { rows: 4_136_482, workers: 8, partitions: 64 },
  { rows: 4_136_482, workers: 32, partitions: 64 },
  { rows: 100_000_000, workers: 8, partitions: 64 },
  { rows: 100_000_000, workers: 64, partitions: 64 },
  { rows: 100_000_000, workers: 256, partitions: 64 },
  { rows: 100_000_000, workers: 256, partitions: 256 },
  { rows: 10_000_000_000, workers: 64, partitions: 64 },
  { rows: 10_000_000_000, workers: 256, partitions: 256 },
  { rows: 10_000_000_000, workers: 1024, partitions: 1024 },
];

/** @param measured what a shard costs besides its rows, and what the services do shard by shard, as measured here */
export function gpuRun(
  { rows, workers, partitions }: Setting,
  measured: { shardSeconds: number; recordSeconds: number; mergeSeconds: number },
): ScoringRun {
  return {
    rows,
    shardRows: ASSUMED.shardRows,
    partitions,
    partitionOf: (shard) => shard % partitions,
    worker: {
      rowsPerSecond: ASSUMED.gpuRowsPerSecond,
      shardSeconds: measured.shardSeconds,
      shardsInHand: 2,
      bytesPerSecond: ASSUMED.workerBytesPerSecond,
    },
    readBytesPerRow: ASSUMED.readBytesPerRow,
    writtenBytesPerRow: ASSUMED.writtenBytesPerRow,
    storeBytesPerSecond: ASSUMED.storeBytesPerSecond,
    scaling: {
      maxWorkers: workers,
      pollSeconds: ASSUMED.pollSeconds,
      shardsPerWorker: 1,
      workersPerPoll: Math.max(4, Math.ceil(workers / 2)),
      startSeconds: ASSUMED.startSeconds,
    },
    planSeconds: ASSUMED.planSeconds,
    recordSeconds: measured.recordSeconds,
    mergeSeconds: measured.mergeSeconds,
  };
}
