import { availableParallelism, tmpdir } from 'node:os';
import { z } from 'zod';

/** How spectra are scored: shared by the workers and by requests over gRPC. */
const Computation = {
  /** Processes that compute, one thread each: one for each core is fastest. */
  processes: z.int().min(1).max(1024).default(availableParallelism()),
  /** bfloat16 is twice as fast where the processor has it, and changes few classes. */
  precision: z.enum(['float32', 'bfloat16']).default('float32'),
};

/** How scores are searched. What lies on the disk is removed in the end. */
const Query = z.strictObject({
  /** A folder that exists, for what does not fit in memory and for copies of objects of a bucket. */
  directory: z.string().min(1).default(tmpdir()),
  /** MiB that all searches together may use before they go to the disk. */
  memory: z.int().min(128).max(1_048_576).default(768),
  /** Processors that a search uses. */
  threads: z.int().min(1).max(1024).default(Math.min(4, availableParallelism())),
  /** MiB of copies of a bucket's objects that are kept: a scored pool of 4 million spectra takes some 350. */
  copies: z.int().min(0).max(1_048_576).default(1024),
});

/** The configuration of the inference service. */
export const InferenceConfig = z.strictObject({
  ...Computation,
  /** Processes for single requests over gRPC; they start with the first one. */
  processes: Computation.processes.default(1),
  query: Query.prefault({}),
});
export type InferenceConfig = z.infer<typeof InferenceConfig>;

/** The configuration of an inference worker. */
export const InferenceWorkerConfig = z.strictObject({
  ...Computation,
  /** Shards in hand at a time: while one is computed, the next one is read. */
  shards: z.int().min(1).max(64).default(2),
});
export type InferenceWorkerConfig = z.infer<typeof InferenceWorkerConfig>;
