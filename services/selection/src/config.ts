import { z } from 'zod';

/** The configuration of the selection service. */
export const SelectionConfig = z.strictObject({
  /** Milliseconds after which a watcher looks for changes that another replica made. */
  watchInterval: z.int().min(100).max(60_000).default(2_000),
});

export type SelectionConfig = z.infer<typeof SelectionConfig>;
