import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerStartError } from '../servers.ts';

/**
 * Runs a server as long as its standard input stays open, and removes its folder afterwards, unless it is to stay. The other end
 * of the input is held by the process of the tests: however that one ends, the server ends with it. The word `keep` spares the
 * folder, too.
 */
const GUARD = `
folder=$1 signal=$2 stays=$3
shift 3
exec 3<&0
"$@" </dev/null >"$folder/server.log" 2>&1 3<&- &
server=$!
{ read -r -u 3 word; kill -"$signal" "$server"; [ "$word" = keep ]; } 2>/dev/null &
watch=$!
exec 2>/dev/null
trap '' PIPE
wait "$server"
echo ended
wait "$watch" || [ "$stays" = true ] || rm -rf "$folder"
`;

/** milliseconds between looks whether a server answers */
const LOOK_INTERVAL = 25;

/** milliseconds; a loaded machine may take a while */
const START_TIMEOUT = 120_000;

/** How much of a server's log a message quotes, in characters. */
const QUOTED_LOG = 4_000;

/** What a server is started by. */
export interface ServerCommand {
  /** for messages, e.g. `Kafka 4.4.0` */
  name: string;
  command: readonly string[];
  /** Its data and its log; removed when it is stopped, unless it stays. */
  folder: string;
  stays?: boolean;
  /** Ends it. */
  signal: 'INT' | 'KILL' | 'QUIT' | 'TERM';
  /** Whether it answers by now. */
  answers: () => Promise<boolean>;
}

/** A running server, which does not outlive this process. */
export class ServerProcess {
  readonly #server: ServerCommand;
  #guard: ChildProcessByStdio<Writable, Readable, null>;
  #hasEnded = false;

  private constructor(server: ServerCommand) {
    this.#server = server;
    this.#guard = this.#spawn();
  }

  /** Starts a server and waits until it answers. @throws {ServerStartError} with the end of its log */
  static async start(server: ServerCommand): Promise<ServerProcess> {
    const running = new ServerProcess(server);
    await running.#answering();
    return running;
  }

  /** Ends it and removes its folder, unless that stays. */
  async stop(): Promise<void> {
    await this.#end('');
  }

  /** Ends it, at once, and starts it again on what it has written. */
  async restart(): Promise<void> {
    await this.#end('keep\n');
    this.#guard = this.#spawn();
    await this.#answering();
  }

  #spawn(): ChildProcessByStdio<Writable, Readable, null> {
    const { folder, stays = false, signal, command } = this.#server;
    this.#hasEnded = false;
    // Detached: Ctrl-C is for the tests, which then end their servers in order.
    const guard = spawn('bash', ['-c', GUARD, 'guard', folder, signal, String(stays), ...command], {
      cwd: folder,
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    guard.stdout.once('data', () => (this.#hasEnded = true));
    guard.stdin.on('error', () => undefined);
    // A program that is done need not stop its servers to end.
    for (const handle of [guard, guard.stdin, guard.stdout]) (handle as { unref?: () => void }).unref?.();
    return guard;
  }

  async #end(word: string): Promise<void> {
    const guard = this.#guard;
    if (guard.exitCode !== null) return;
    guard.ref();
    const exited = new Promise((resolve) => guard.once('exit', resolve));
    guard.stdin.end(word);
    await exited;
  }

  async #answering(): Promise<void> {
    const { name, answers, folder } = this.#server;
    const deadline = Date.now() + START_TIMEOUT;
    while (!(await answers())) {
      if (!this.#hasEnded && Date.now() < deadline) {
        await delay(LOOK_INTERVAL);
        continue;
      }
      const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '');
      const what = this.#hasEnded ? 'ended while it started' : `did not answer within ${START_TIMEOUT / 1000} s`;
      await this.stop();
      throw new ServerStartError(`${name} ${what}. It said:\n${log.slice(-QUOTED_LOG)}`);
    }
  }
}
