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
  /** Tasks that a second person is asked, too, to measure how far annotators agree. */
  overlap: z
    .strictObject({
      /** Share of the tasks of a batch, drawn at random; none are asked while there is one annotator only. */
      share: z.number().min(0).max(1).default(0.1),
    })
    .prefault({}),
  /** Tasks that the same person is asked again, to measure how far annotators agree with themselves. */
  repeats: z
    .strictObject({
      /** Share of the tasks of a batch, drawn at random; they come in later iterations. */
      share: z.number().min(0).max(1).default(0.02),
      /** How old the first answer is at least, in seconds: long enough not to be remembered. */
      leastAgeSeconds: z.int().min(0).default(1_800),
    })
    .prefault({}),
  /** How often a watched batch is looked at, in milliseconds. */
  watchInterval: z.int().min(10).max(60_000).default(500),
});

export type LabellingConfig = z.infer<typeof LabellingConfig>;
