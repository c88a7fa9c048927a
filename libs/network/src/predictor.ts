import { classCountOf, parametersOf, representationWidthOf } from './architecture.ts';
import type { Architecture } from './architecture.ts';
import type { Real } from './graph/graph-builder.ts';
import { NetworkError } from './network-error.ts';
import { startProcess } from './processes/computing-process.ts';
import type { ComputingProcess } from './processes/computing-process.ts';
import type { Output, PredictionReply, PredictionRequest } from './processes/prediction-process.ts';

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
  /**
   * What the last hidden layer gives for each row: n × units, row-major, 0 or more each. Spectra that the network sees as similar lie
   * close together there: the logits are linear in these values, so two spectra's differ by at most the weights' norm times their distance.
   *
   * @throws {NetworkError} as predict
   */
  represent(model: PredictionModel, features: Float32Array, options?: { signal?: AbortSignal }): Promise<Float32Array>;
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
  readonly output: Output;
  readonly model: PredictionModel;
  readonly features: Float32Array;
  readonly done: (values: Float32Array) => void;
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
      if (reply.type === 'computed') chunk?.done(reply.values);
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
      const { output, model, features } = chunk;
      worker.process.send({ type: 'compute', output, key: model.key, features });
    }
  };

  const compute =
    (output: Output, widthOf: (architecture: Architecture) => number): Predictor['predict'] =>
    async (model, features, { signal } = {}) => {
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
      const width = widthOf(model.architecture);
      const all = new Float32Array(rows * width);
      const { promise: aborted, reject: abort } = Promise.withResolvers<never>();
      const onAbort = (): void => abort(signal?.reason);
      signal?.addEventListener('abort', onAbort, { once: true });
      const mine = new Set<Chunk>();
      const predicted: Promise<void>[] = [];
      for (let row = 0; row < rows; row += CHUNK_ROWS) {
        const part = features.slice(row * inputWidth, (row + CHUNK_ROWS) * inputWidth);
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const done = (values: Float32Array): void => {
          all.set(values, row * width);
          resolve();
        };
        const chunk = { output, model, features: part, done, failed: reject };
        mine.add(chunk);
        queue.push(chunk);
        predicted.push(promise);
      }
      assign();
      try {
        await Promise.race([Promise.all(predicted), aborted]);
        return all;
      } finally {
        signal?.removeEventListener('abort', onAbort);
        // After a failure or an abort nobody waits for the rest.
        queue = queue.filter((chunk) => !mine.has(chunk));
      }
    };

  return {
    predict: compute('predict', classCountOf),
    represent: compute('represent', representationWidthOf),
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
