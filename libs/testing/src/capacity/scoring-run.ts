import { EventQueue } from './event-queue.ts';
import { FairLink } from './fair-link.ts';

/** A scoring run to simulate. Times in seconds, sizes in bytes. */
export interface ScoringRun {
  rows: number;
  shardRows: number;
  /** partition of a shard's request among `partitions`; each is handled by one worker at a time, in order */
  partitionOf: (shard: number) => number;
  partitions: number;
  worker: {
    rowsPerSecond: number;
    /** what a shard costs besides its rows: decoding, encoding, the commit */
    shardSeconds: number;
    /** partitions that a worker handles at a time: while one shard is computed, others are read and written */
    shardsInHand: number;
    bytesPerSecond: number;
  };
  readBytesPerRow: number;
  writtenBytesPerRow: number;
  /** of the object store, over all workers */
  storeBytesPerSecond: number;
  scaling: {
    maxWorkers: number;
    /** how often the queue's length is looked at */
    pollSeconds: number;
    /** requests for which one worker is wanted */
    shardsPerWorker: number;
    /** new workers at most, at every look */
    workersPerPoll: number;
    /** from the decision to the first request that the worker takes */
    startSeconds: number;
  };
  /** of `inference`, one shard after the other */
  planSeconds: number;
  recordSeconds: number;
  /** of `selection`, one summary after the other */
  mergeSeconds: number;
}

/** What limits a run, for the share of its time that it does. */
export type Limit = 'start-up' | 'computing' | 'object store' | 'partitions' | 'recording' | 'merging';

export interface SimulatedRun {
  shards: number;
  /** workers that took part */
  workers: number;
  /** from the model to the merged summary */
  seconds: number;
  /** until the last shard was written */
  scoringSeconds: number;
  /** seconds in which a worker existed, over all of them */
  workerSeconds: number;
  /** computing, as a share of `workerSeconds` */
  busy: number;
  /** seconds in which the object store gave transfers less than their network card carries */
  storeSaturatedSeconds: number;
  limit: Limit;
}

type Transfer = { worker: Worker; partition: number; rows: number; kind: 'read' | 'write' };
type Happening =
  { kind: 'look' } | { kind: 'started' } | { kind: 'computed'; worker: Worker; partition: number; rows: number };

interface Worker {
  inHand: number;
  computing: boolean;
  readonly toCompute: { partition: number; rows: number }[];
  readonly bornAt: number;
}

/**
 * Simulates a scoring run shard by shard: requests in partitions, workers that come with the queue's length, reading, computing and
 * writing that overlap, and an object store whose bandwidth all share.
 * @throws {RangeError} when the run could never end
 */
export function simulateScoringRun(run: ScoringRun): SimulatedRun {
  const { worker: speed, scaling, partitions } = run;
  for (const [name, value] of Object.entries({ rows: run.rows, shardRows: run.shardRows, partitions, ...scaling })) {
    if (!(value >= 0) || (value === 0 && name !== 'startSeconds'))
      throw new RangeError(`${name} is ${value}: give more`);
  }
  const shards = Math.ceil(run.rows / run.shardRows);
  const waiting: number[][] = Array.from({ length: partitions }, () => []);
  for (let shard = shards - 1; shard >= 0; shard -= 1) {
    waiting[run.partitionOf(shard)]!.push(Math.min(run.shardRows, run.rows - shard * run.shardRows));
  }

  const link = new FairLink<Transfer>(run.storeBytesPerSecond, speed.bytesPerSecond);
  const happenings = new EventQueue<Happening>();
  const workers: Worker[] = [];
  const taken = new Set<number>();
  let [now, left, ordered, computingSeconds, recordedAt, lastWritten] = [shards * run.planSeconds, shards, 0, 0, 0, 0];
  let firstFullAt = Infinity;
  let idleAtFull = 0;
  let joined = false;

  const takeWork = (): void => {
    // Partitions are dealt evenly among the workers that are there.
    for (let partition = 0; partition < partitions && workers.length > 0; partition += 1) {
      const worker = workers[partition % workers.length]!;
      if (taken.has(partition) || worker.inHand >= speed.shardsInHand) continue;
      const rows = waiting[partition]!.pop();
      if (rows === undefined) continue;
      taken.add(partition);
      worker.inHand += 1;
      link.begin(now, rows * run.readBytesPerRow, { worker, partition, rows, kind: 'read' });
    }
  };
  const compute = (worker: Worker): void => {
    const next = worker.computing ? undefined : worker.toCompute.shift();
    if (!next) return;
    const seconds = speed.shardSeconds + next.rows / speed.rowsPerSecond;
    worker.computing = true;
    computingSeconds += seconds;
    happenings.push(now + seconds, { kind: 'computed', worker, ...next });
  };

  happenings.push(now, { kind: 'look' });
  while (left > 0) {
    if (link.nextAt <= happenings.nextAt) {
      now = link.nextAt;
      const { worker, partition, rows, kind } = link.end();
      if (kind === 'read') {
        worker.toCompute.push({ partition, rows });
        compute(worker);
      } else {
        worker.inHand -= 1;
        taken.delete(partition);
        left -= 1;
        lastWritten = now;
        recordedAt = Math.max(recordedAt, now) + run.recordSeconds;
        takeWork();
      }
      continue;
    }
    now = happenings.nextAt;
    const happening = happenings.pop();
    if (happening === undefined) throw new RangeError('no worker ever comes: raise maxWorkers');
    switch (happening.kind) {
      case 'look': {
        const wanted = Math.min(scaling.maxWorkers, Math.ceil(left / scaling.shardsPerWorker));
        const more = Math.min(wanted - ordered, scaling.workersPerPoll);
        for (let started = 0; started < more; started += 1) {
          happenings.push(now + scaling.startSeconds, { kind: 'started' });
        }
        if (more > 0) ordered += more;
        if (left > 0) happenings.push(now + scaling.pollSeconds, { kind: 'look' });
        break;
      }
      case 'started':
        workers.push({ inHand: 0, computing: false, toCompute: [], bornAt: now });
        if (workers.length === Math.min(scaling.maxWorkers, Math.ceil(shards / scaling.shardsPerWorker))) {
          firstFullAt = now;
        }
        joined = true;
        break;
      case 'computed': {
        const { worker, partition, rows } = happening;
        worker.computing = false;
        link.begin(now, rows * run.writtenBytesPerRow, { worker, partition, rows, kind: 'write' });
        compute(worker);
        break;
      }
    }
    // Workers that come together share from the start.
    if (joined && !(happenings.nextAt <= now)) {
      joined = false;
      takeWork();
    }
    idleAtFull = Math.max(idleAtFull, workers.length - partitions);
  }

  const mergeSeconds = shards * run.mergeSeconds;
  const seconds = Math.max(recordedAt, lastWritten) + mergeSeconds;
  const workerSeconds = workers.reduce((sum, { bornAt }) => sum + Math.max(0, lastWritten - bornAt), 0);
  const parts: [Limit, number][] = [
    ['start-up', Math.min(firstFullAt, lastWritten)],
    ['object store', link.saturatedSeconds],
    ['recording', Math.max(0, recordedAt - lastWritten)],
    ['merging', mergeSeconds],
    ['computing', workers.length === 0 ? 0 : computingSeconds / workers.length],
    ['partitions', idleAtFull > 0 ? lastWritten : 0],
  ];
  const [limit] = parts.reduce((most, part) => (part[1] > most[1] ? part : most));
  return {
    shards,
    workers: workers.length,
    seconds,
    scoringSeconds: lastWritten,
    workerSeconds,
    busy: computingSeconds / workerSeconds,
    storeSaturatedSeconds: link.saturatedSeconds,
    limit,
  };
}
