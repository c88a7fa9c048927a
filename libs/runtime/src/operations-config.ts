import { z } from 'zod';

/**
 * Where the process tells orchestrators and Prometheus how it is, over plain HTTP: /livez, /readyz, /metrics. Without this section
 * it does not.
 */
export const OperationsSection = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    /** Prometheus' exporters of OpenTelemetry listen there. */
    port: z.int().min(0).max(65_535).default(9_464),
    /** Who may read the metrics where callers are asked who they are: `everybody` is for networks that let only Prometheus ask. */
    metrics: z.enum(['viewers', 'everybody']).default('viewers'),
  })
  .optional();

export type OperationsConfig = NonNullable<z.infer<typeof OperationsSection>>;

/** Node's timers count no further. */
const Milliseconds = z.int().min(0).max(2_147_483_647);

/** How the process ends when it is asked to. */
export const DrainSection = z.strictObject({
  /**
   * How long it goes on serving after it has said that it is not ready any more, so that load balancers have time to notice:
   * longer than they look apart. Nobody routes to a process on loopback.
   */
  noticeMilliseconds: Milliseconds.default(0),
  /** How long work under way has to be finished or handed back before it is cut; cut work is done again by others. */
  limitMilliseconds: Milliseconds.min(1).default(30_000),
});
