import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** How spectra are scored: shared by the workers and by requests over gRPC. */
const Computation = {
  /** Processes that compute, one thread each: one for each core is fastest. */
  processes: z.int().min(1).max(1024).default(availableParallelism()),
  /** bfloat16 is twice as fast where the processor has it, and changes few classes. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
};

/** The configuration of the inference service. */
export const InferenceConfig = z.strictObject({
  ...Computation,
  /** Processes for single requests over gRPC; they start with the first one. */
  processes: Computation.processes.default(1),
});
export type InferenceConfig = z.infer<typeof InferenceConfig>;

/** The configuration of an inference worker. */
export const InferenceWorkerConfig = z.strictObject({
  ...Computation,
  /** Shards in hand at a time: while one is computed, the next one is read. */
  shards: z.int().min(1).max(64).default(2),
});
export type InferenceWorkerConfig = z.infer<typeof InferenceWorkerConfig>;
