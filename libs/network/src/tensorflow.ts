import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAVED_MODEL_TAG } from './graph/saved-model.ts';
import { NetworkError } from './network-error.ts';
import { valueCount } from './architecture.ts';

type TensorFlow = typeof import('@tensorflow/tfjs-node');

/** A tensor that is fed: its values with its shape, row-major. */
export interface Fed {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** A loaded graph: its functions are run on this thread, with its state kept between calls. */
export interface Session {
  /** Runs one function of the graph; all that is fetched is float32. */
  run(signature: string, inputs: Readonly<Record<string, Fed>>): Record<string, Float32Array>;
  close(): void;
}

const require = createRequire(import.meta.url);
let loaded: TensorFlow | undefined;

/**
 * Loads TensorFlow into this process; the only place where it is imported.
 *
 * @param threads cores to use; only a process's first call decides
 * @throws {NetworkError} TENSORFLOW_UNAVAILABLE when the addon is not built or cannot be loaded
 */
export function loadTensorFlow(threads: number): TensorFlow {
  if (loaded) return loaded;
  Object.assign(process.env, {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    // On a GPU, leave out kernels that sum in the order of arrival. (On a CPU, sums depend on the number of threads only.)
    TF_DETERMINISTIC_OPS: '1',
    TF_CPP_MIN_LOG_LEVEL: process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
    // One GPU is shared by the processes that score on it: take memory as it is needed, not all at once.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  });
  // Node 23 removed two functions that tfjs-node 4.22 still calls.
  const util = require('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
  try {
    loaded = require('@tensorflow/tfjs-node') as TensorFlow;
  } catch (cause) {
    const message = 'the addon of tfjs-node cannot be loaded; build it with libs/network/install-tensorflow.sh';
    throw new NetworkError('TENSORFLOW_UNAVAILABLE', `TensorFlow: ${message} (${String(cause)})`, { cause });
  }
  return loaded;
}

/**
 * Loads a graph.
 *
 * @param savedModel the bytes of a SavedModel
 * @param signatures the functions of it that will be run
 */
export async function openSession(
  tensorflow: TensorFlow,
  savedModel: Uint8Array,
  signatures: readonly string[],
): Promise<Session> {
  const folder = mkdtempSync(join(tmpdir(), 'spectrawl-graph-'));
  try {
    // TensorFlow loads graphs from files only.
    writeFileSync(join(folder, 'saved_model.pb'), savedModel);
    const functions = new Map<string, Awaited<ReturnType<TensorFlow['node']['loadSavedModel']>>>();
    for (const name of signatures) {
      functions.set(name, await tensorflow.node.loadSavedModel(folder, [SAVED_MODEL_TAG], name));
    }
    return {
      run: (signature, inputs) => {
        const called = functions.get(signature);
        if (!called) throw new NetworkError('COMPUTATION_FAILED', `the graph has no function ${signature}`);
        const fed: Record<string, InstanceType<TensorFlow['Tensor']>> = {};
        for (const [name, { values, shape }] of Object.entries(inputs)) {
          if (values.length !== valueCount(shape)) {
            throw new NetworkError(
              'COMPUTATION_FAILED',
              `${name}: ${values.length} values for shape [${shape.join()}]`,
            );
          }
          fed[name] = tensorflow.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');
        }
        const fetched = called.predict(fed) as Record<string, InstanceType<TensorFlow['Tensor']>>;
        const outputs = Object.entries(fetched).map(([name, tensor]) => [name, tensor.dataSync()]);
        tensorflow.dispose([fed, fetched]);
        return Object.fromEntries(outputs) as Record<string, Float32Array>;
      },
      close: () => functions.forEach((each) => each.dispose()),
    };
  } catch (cause) {
    throw new NetworkError('COMPUTATION_FAILED', `TensorFlow refused the graph: ${String(cause)}`, { cause });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
