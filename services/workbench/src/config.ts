import { z } from 'zod';

const Http = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(8_888),
});

/** The section `services.workbench` of the configuration. */
export const WorkbenchConfig = z.strictObject({
  /** Where browsers find the page. Absent: it is not served. */
  http: Http.optional(),
  /**
   * File with the key that seals sessions, made at the first start. All replicas share it. Absent: a new key at each start, and
   * everybody signs in again.
   */
  sessionKeyFile: z.string().min(1).optional(),
  /** File into which the link is written by which one signs in, where nobody is asked who they are. */
  linkFile: z.string().min(1).optional(),
  /** How long a session lasts that nobody uses, in seconds. */
  sessionSeconds: z
    .int()
    .min(60)
    .default(30 * 86_400),
});

export type WorkbenchConfig = z.infer<typeof WorkbenchConfig>;
