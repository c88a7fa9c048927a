import { availableParallelism } from 'node:os';
import { z } from 'zod';

/** The configuration of the training service. */
export const TrainingConfig = z.strictObject({
  /** Processor cores that a training uses. Another number may change the last bits of the weights. */
  threads: z.int().min(1).max(1024).default(availableParallelism()),
});

export type TrainingConfig = z.infer<typeof TrainingConfig>;
