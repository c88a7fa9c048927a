import { createInterface } from 'node:readline';

/** What the servers of tests say when they start must not stand between the answers. */
console.log = console.error;

/** Does the work for each line `run` on stdin and answers with a line of JSON, as the benchmarks' harness expects. */
export async function answerRuns(work: number, version: string, call: () => Promise<unknown>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== 'run') continue;
    const start = performance.now();
    await call();
    const seconds = (performance.now() - start) / 1000;
    process.stdout.write(`${JSON.stringify({ work, seconds, version })}\n`);
  }
}
