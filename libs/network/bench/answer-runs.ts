import { createInterface } from 'node:readline';

/**
 * Does the work once for each line `run` on stdin and answers with a line of JSON, as the benchmark's harness expects.
 *
 * @param work rows done by one call
 */
export async function answerRuns(work: number, call: () => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') continue;
    const start = process.hrtime.bigint();
    await call();
    console.log(JSON.stringify({ work, seconds: Number(process.hrtime.bigint() - start) / 1e9 }));
  }
}
