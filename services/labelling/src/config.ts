import { z } from 'zod';

/** The section `services.labelling` of the configuration. */
export const LabellingConfig = z.strictObject({
  /** How long a task stays with the annotator who took it, in seconds; then others may take it. */
  leaseSeconds: z.int().min(1).max(86_400).default(900),
  /** After how many seconds the rows of an import whose process died are thrown away: longer than any import takes. */
  abandonedImportSeconds: z.int().min(60).default(86_400),
  /** For how many seconds a request that is sent again gets the answer that it had: longer than any caller retries. */
  requestRetentionSeconds: z
    .int()
    .min(3_600)
    .default(30 * 86_400),
});

export type LabellingConfig = z.infer<typeof LabellingConfig>;
