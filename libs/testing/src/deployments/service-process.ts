import { spawn, type ChildProcess } from 'node:child_process';
import { connect as connectSocket } from 'node:net';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isServing, type Channel } from '@spectrawl/grpc';
import { repositoryRoot } from '../repository-root.ts';
import { compileServices } from './compile-services.ts';

/** milliseconds between looks whether a service is ready */
const LOOK_INTERVAL = 50;

/** milliseconds; a loaded machine may take a while */
const START_TIMEOUT = 120_000;

/** milliseconds that a service may take to finish or hand back what it has in hand */
const DRAIN_TIMEOUT = 60_000;

/** milliseconds for which a process that has ended is listened to */
const LAST_WORDS = 500;

/** How much of what a service says is kept, in characters. */
const KEPT_OUTPUT = 1_000_000;

/** How much of it a message quotes. */
const QUOTED_OUTPUT = 4_000;

const END_WITH_PARENT = fileURLToPath(new URL(`./end-with-parent${extname(import.meta.url)}`, import.meta.url));

/** A service did not start, or did not end in order; the message carries the end of what it said. */
export class ServiceProcessError extends Error {
  override readonly name = 'ServiceProcessError';
}

/** What a process of a deployment is started by. */
export interface ServiceCommand {
  /** for messages, e.g. `inference-worker 1` */
  name: string;
  /** Its compiled main program, from the repository's root, e.g. `services/ingestion/dist/main.js`. */
  main: string;
  /** The file that it is configured by. */
  config: string;
  /** All of its environment. */
  environment: NodeJS.ProcessEnv;
  /** `host:port` at which it will answer */
  address: string;
  /** Opens a connection to it, which is closed again. */
  connect: () => Channel;
  /** Is given what it says, as it says it. */
  listen?: (piece: Buffer) => void;
}

/** How a process ended: one of the two. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One service, or all of them, as a process of its own. It does not outlive this process. */
export class ServiceProcess {
  readonly name: string;
  readonly address: string;
  readonly #command: ServiceCommand;
  #child: ChildProcess | undefined;
  #ended: Promise<ProcessEnd> = Promise.resolve({ code: null, signal: null });
  #output = '';
  #hasServed = false;

  constructor(command: ServiceCommand) {
    this.#command = command;
    this.name = command.name;
    this.address = command.address;
  }

  /** undefined while it does not run */
  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The end of what it has said, standard output and error, over all its lives. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when the life that it lives now is over. */
  get ended(): Promise<ProcessEnd> {
    return this.#ended;
  }

  /** Starts it and waits until it says that it serves. @throws {ServiceProcessError} */
  async start(): Promise<void> {
    if (this.isRunning) return;
    await compileServices();
    this.#hasServed = false;
    this.#spawn();
    await this.#serving();
    this.#hasServed = true;
  }

  /** Tells it something, such as SIGSTOP, and does not wait. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Ends it, by default without warning, as a crash does. @returns how it ended, at once where it does not run */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ProcessEnd> {
    this.signal(signal);
    return this.#ended;
  }

  /** Lets it finish or hand back its work, and ends it. @throws {ServiceProcessError} when it does not end in order */
  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.signal('SIGTERM');
    const late = new AbortController();
    const end = await Promise.race([
      this.#ended,
      delay(DRAIN_TIMEOUT, undefined, { signal: late.signal }).catch(() => undefined),
    ]);
    late.abort();
    // Whoever is still starting has nothing in hand yet and ends at once.
    if (end?.code === 0 || (end && !this.#hasServed)) return;
    await this.kill();
    throw this.#failure(end ? `ended with ${end.code ?? end.signal}` : `did not end within ${DRAIN_TIMEOUT / 1000} s`);
  }

  /** Kills it, where it runs, and starts it again at the same address. @throws {ServiceProcessError} */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  #spawn(): void {
    const { main, config, environment } = this.#command;
    const child = spawn(
      process.execPath,
      ['--import', END_WITH_PARENT, join(repositoryRoot, main), '--config', config],
      // Detached: Ctrl-C is for the program that has started it, which then ends its services in order.
      { env: environment, cwd: repositoryRoot, detached: true, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece: Buffer) => {
        this.#output = `${this.#output}${piece.toString()}`.slice(-KEPT_OUTPUT);
        this.#command.listen?.(piece);
      });
    }
    child.stdin.on('error', () => undefined);
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const end = () => resolve({ code, signal });
        // Its last words may still be on their way; a child of its own that is about to end, too, may hold the line open.
        child.once('close', end);
        setTimeout(end, LAST_WORDS);
      });
    });
  }

  async #serving(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await this.#answers())) {
      if (this.isRunning && Date.now() < deadline) {
        await delay(LOOK_INTERVAL);
        continue;
      }
      const what = this.isRunning ? `was not ready within ${START_TIMEOUT / 1000} s` : 'ended while it started';
      await this.kill();
      throw this.#failure(what);
    }
  }

  async #answers(): Promise<boolean> {
    // A channel that finds nobody waits before it looks again: only once somebody listens is it asked for one.
    if (!this.isRunning || !(await accepts(this.address))) return false;
    const channel = this.#command.connect();
    try {
      return await isServing(channel);
    } finally {
      channel.close();
    }
  }

  #failure(what: string): ServiceProcessError {
    return new ServiceProcessError(`${this.name} ${what}. It said:\n${this.#output.slice(-QUOTED_OUTPUT)}`);
  }
}

function accepts(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connectSocket(Number(port), hostname);
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
