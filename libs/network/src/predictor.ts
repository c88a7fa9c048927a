import { classCountOf, parametersOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { Real } from './graph/graph-builder.ts';
import { NetworkError } from './network-error.ts';
import { startProcess } from './processes/computing-process.ts';
import type { ComputingProcess } from './processes/computing-process.ts';
import type { PredictionReply, PredictionRequest } from './processes/prediction-process.ts';

/** How a predictor computes. */
export interface PredictorOptions {
  /** Processes, at most; each holds TensorFlow and the networks in use (some 300 MB). One a core is fastest. */
  readonly processes: number;
  readonly threadsPerProcess: number;
  /** What the layers compute in. See `supportsBfloat16`. */
  readonly precision: Real;
}

/** A trained network, as a predictor takes it. */
export interface PredictionModel {
  readonly architecture: Architecture;
  /** In safetensors format. */
  readonly weights: Uint8Array;
  /** Identifies the weights, for example their checksum: equal keys, equal weights. */
  readonly key: string;
}

/** Applies trained networks, in a pool of processes. */
export interface Predictor {
  /**
   * The probability of each class for each row: n × classes, row-major, from n × inputWidth.
   *
   * @throws {NetworkError} INVALID_REQUEST, INVALID_WEIGHTS, TENSORFLOW_UNAVAILABLE, COMPUTATION_FAILED, or PROCESS_ENDED when a
   *   process dies: the next call has a new one
   */
  predict(model: PredictionModel, features: Float32Array, options?: { signal?: AbortSignal }): Promise<Float32Array>;
  /** Ends the processes; what is under way rejects. */
  close(): void;
}

/**
 * Rows sent to a process at once. Large enough for the kernels, small enough to share out and to abort. It is no option, and does not
 * follow the number of processes, since the last bits of a result may depend on which rows are computed together.
 */
const CHUNK_ROWS = 1024;

/** Networks that a process keeps; the one that was used longest ago gives way. */
const NETWORKS_KEPT = 4;

interface Chunk {
  readonly model: PredictionModel;
  readonly features: Float32Array;
  readonly done: (probabilities: Float32Array) => void;
  readonly failed: (error: unknown) => void;
}

interface Worker {
  readonly process: ComputingProcess<PredictionRequest, PredictionReply>;
  /** Keys of open networks, the one used last at the end. */
  readonly open: string[];
  chunk: Chunk | undefined;
}

/** Opens a predictor. Its processes start when there is work for them, and stay until it is closed. */
export function openPredictor(options: PredictorOptions): Predictor {
  const workers: Worker[] = [];
  let queue: Chunk[] = [];
  let closed = false;

  const start = (): Worker => {
    const worker: Worker = { process: startProcess('prediction'), open: [], chunk: undefined };
    worker.process.onReply = (reply) => {
      const chunk = worker.chunk;
      worker.chunk = undefined;
      if (reply.type === 'predicted') chunk?.done(reply.probabilities);
      else chunk?.failed(new NetworkError(reply.reason, reply.message));
      assign();
    };
    worker.process.onEnd = (error) => {
      workers.splice(workers.indexOf(worker), 1);
      worker.chunk?.failed(error);
      assign();
    };
    workers.push(worker);
    return worker;
  };

  const openOn = (worker: Worker, { key, architecture, weights }: PredictionModel): void => {
    const known = worker.open.indexOf(key);
    if (known >= 0) worker.open.splice(known, 1);
    else {
      const { precision, threadsPerProcess: threads } = options;
      worker.process.send({ type: 'open', key, architecture, weights, precision, threads });
    }
    worker.open.push(key);
    if (worker.open.length > NETWORKS_KEPT) worker.process.send({ type: 'close', key: worker.open.shift()! });
  };

  const assign = (): void => {
    while (queue.length > 0) {
      const idle = workers.find(({ chunk }) => !chunk);
      if (!idle && workers.length >= options.processes) return;
      const worker = idle ?? start();
      const chunk = queue.shift()!;
      worker.chunk = chunk;
      openOn(worker, chunk.model);
      worker.process.send({ type: 'predict', key: chunk.model.key, features: chunk.features });
    }
  };

  return {
    predict: async (model, features, { signal } = {}) => {
      signal?.throwIfAborted();
      if (closed) throw new NetworkError('INVALID_REQUEST', 'prediction: the predictor is closed');
      const { inputWidth } = model.architecture;
      parametersOf(model.architecture);
      const rows = features.length / inputWidth;
      if (!Number.isInteger(rows)) {
        throw new NetworkError(
          'INVALID_REQUEST',
          `prediction: ${features.length} features are not rows of ${inputWidth}`,
        );
      }
      const classCount = classCountOf(model.architecture);
      const probabilities = new Float32Array(rows * classCount);
      const { promise: aborted, reject: abort } = Promise.withResolvers<never>();
      const onAbort = (): void => abort(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const mine = new Set<Chunk>();
      const predicted: Promise<void>[] = [];
      for (let row = 0; row < rows; row += CHUNK_ROWS) {
        const part = features.slice(row * inputWidth, (row + CHUNK_ROWS) * inputWidth);
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const done = (values: Float32Array): void => {
          probabilities.set(values, row * classCount);
          resolve();
        };
        const chunk = { model, features: part, done, failed: reject };
        mine.add(chunk);
        queue.push(chunk);
        predicted.push(promise);
      }
      assign();
      try {
        await Promise.race([Promise.all(predicted), aborted]);
        return probabilities;
      } finally {
        signal?.removeEventListener('abort', onAbort);
        // After a failure or an abort nobody waits for the rest.
        queue = queue.filter((chunk) => !mine.has(chunk));
      }
    },
    close: () => {
      closed = true;
      const error = new NetworkError('PROCESS_ENDED', 'prediction: the predictor was closed');
      for (const { process, chunk } of workers.splice(0)) {
        process.kill();
        chunk?.failed(error);
      }
      for (const chunk of queue.splice(0)) chunk.failed(error);
    },
  };
}
