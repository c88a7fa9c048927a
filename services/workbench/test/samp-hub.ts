import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonInterpreter } from '@spectrawl/testing';

/** What the hub and its program say. */
export type HubMessage = Record<string, unknown>;

/** astropy's SAMP hub, and a program that loads with astropy what it is sent. */
export class TestHub {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #messages: AsyncIterator<string>;

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process;
    this.#messages = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    process.stderr.resume();
  }

  /** Starts both, at the port where hubs listen for pages. */
  static async start(): Promise<TestHub> {
    const hub = new TestHub(spawn(pythonInterpreter, [fileURLToPath(new URL('samp_hub.py', import.meta.url))]));
    await hub.next();
    return hub;
  }

  /** What is said next. @throws {Error} when the hub has ended */
  async next(): Promise<HubMessage> {
    const { value, done } = await this.#messages.next();
    if (done) throw new Error('the SAMP hub has ended: is its port 21012 taken?');
    return JSON.parse(value) as HubMessage;
  }

  /** From now on the hub's user refuses pages, or agrees. */
  answer(answer: 'refuse' | 'agree'): void {
    this.#process.stdin.write(`${answer}\n`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, 'exit');
  }
}
