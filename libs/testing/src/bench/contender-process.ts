import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a contender answers to one `run`: how much work it did, in the benchmark's unit, and how long that took it. */
export interface Measurement {
  work: number;
  /** Seconds by the contender's own clock, start-up and preparation of its input excluded. */
  seconds: number;
  /** What did the work, for instance "tensorflow-cpu 2.21.0". */
  version?: string;
  /** How long single pieces of the work took, in milliseconds: half, 95 % and 99 % of them at most so long. */
  latency?: Latency;
}

/** Milliseconds. */
export interface Latency {
  p50: number;
  p95: number;
  p99: number;
}

/** A contender could not be started, ended early, or answered something else than a measurement. */
export class ContenderError extends Error {
  override readonly name = 'ContenderError';
}

/** How much of a contender's standard error a message quotes, in characters. */
const QUOTED_COMPLAINTS = 4000;

/**
 * A contender's process. It lives through all rounds, so that what is measured is the work and not the start: for each line
 * `run` on its standard input it does the work once and answers with one line of JSON, a Measurement.
 */
export class ContenderProcess {
  readonly #name: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #exited: Promise<string>;
  #complaints = '';

  /** @param command the program and its arguments, placeholders already replaced */
  constructor(name: string, command: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
    const [program = '', ...programArguments] = command;
    this.#name = name;
    this.#child = spawn(program, programArguments, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-QUOTED_COMPLAINTS);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve(`could not be started: ${error.message}`));
      this.#child.on('close', (code, signal) => resolve(`ended with ${code ?? signal}`));
    });
    // Writing to a process that has ended fails; `run` reports its end, with what it complained of.
    this.#child.stdin.on('error', () => undefined);
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws ContenderError if the process ends, or answers anything but a measurement with work and seconds above 0 */
  async run(): Promise<Measurement> {
    this.#child.stdin.write('run\n');
    const answer = await this.#answers.next();
    if (answer.done === true) throw new ContenderError(`"${this.#name}" ${await this.#exited}.\n${this.#complaints}`);
    return this.#parse(answer.value);
  }

  /** Ends the process and waits until it has ended. */
  async stop(): Promise<void> {
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null && this.#child.signalCode === null && this.#child.pid !== undefined)
      await once(this.#child, 'close');
  }

  #parse(line: string): Measurement {
    const wrong = (): ContenderError =>
      new ContenderError(
        `"${this.#name}" answered ${line} where {"work": 1, "seconds": 1} was expected, both above 0.`,
      );
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw wrong();
    }
    if (typeof value !== 'object' || value === null) throw wrong();
    const { work, seconds, version, latency } = value as Partial<Record<keyof Measurement, unknown>>;
    if (typeof work !== 'number' || typeof seconds !== 'number' || !(work > 0) || !(seconds > 0)) throw wrong();
    if (latency !== undefined && !isLatency(latency)) throw wrong();
    return { work, seconds, ...(typeof version === 'string' && { version }), ...(latency && { latency }) };
  }
}

function isLatency(value: unknown): value is Latency {
  const { p50, p95, p99 } = (value ?? {}) as Partial<Record<keyof Latency, unknown>>;
  const isTimes = typeof p50 === 'number' && typeof p95 === 'number' && typeof p99 === 'number';
  return isTimes && p50 > 0 && p95 >= p50 && p99 >= p95;
}
