import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NetworkError } from '../network-error.ts';
import type { NetworkErrorReason } from '../network-error.ts';

/** An error as it travels between processes. */
export interface ErrorMessage {
  readonly type: 'error';
  readonly reason: NetworkErrorReason;
  readonly message: string;
}

/** What a child tells its parent of something thrown. */
export function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof NetworkError) return { type: 'error', reason: error.reason, message: error.message };
  return { type: 'error', reason: 'COMPUTATION_FAILED', message: `computation failed: ${String(error)}` };
}

/** How much of what a child wrote to stderr its error message repeats. */
const STDERR_TAIL = 2000;

/** A child process that computes with TensorFlow, which would block the event loop of this one. */
export interface ComputingProcess<Request, Reply> {
  /** Absent when it could not be started. */
  readonly pid: number | undefined;
  /** Sends a request; the replies are the process's affair. */
  send(request: Request): void;
  /** At most one listener at a time. */
  onReply: (reply: Reply) => void;
  /** Called once, when the process has ended; the error says how. Not called after `kill`. */
  onEnd: (error: NetworkError) => void;
  /** Ends it now. */
  kill(): void;
}

/**
 * Starts a child process.
 *
 * @param name the module beside this one that it runs, without extension
 */
export function startProcess<Request, Reply>(name: 'training' | 'prediction'): ComputingProcess<Request, Reply> {
  // The same module as a source and as it is compiled.
  const extension = extname(import.meta.url);
  const child: ChildProcess = fork(fileURLToPath(new URL(`./${name}-process${extension}`, import.meta.url)), {
    serialization: 'advanced',
    execArgv: extension === '.ts' ? ['--conditions=@spectrawl/source'] : [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_TAIL)));
  let killed = false;
  const process: ComputingProcess<Request, Reply> = {
    pid: child.pid,
    // A message to a process that has just ended fails; its end is what counts, and is reported.
    send: (request) => child.send(request as object, () => undefined),
    onReply: () => undefined,
    onEnd: () => undefined,
    kill: () => {
      killed = true;
      child.kill('SIGKILL');
    },
  };
  child.on('message', (reply) => process.onReply(reply as Reply));
  const ended = (how: string): void => {
    if (killed) return;
    killed = true;
    const message = `the ${name} process ${how}${stderr === '' ? '' : `; the last it said: ${stderr.trim()}`}`;
    process.onEnd(new NetworkError('PROCESS_ENDED', message));
  };
  child.on('error', (error) => ended(`could not be run: ${error.message}`));
  // 'close' and not 'exit': by then all of stderr has been read.
  child.on('close', (code, signal) => ended(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
  return process;
}
