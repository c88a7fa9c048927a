import type { Command } from 'commander';
import { connectSpectrawl, type Spectrawl } from '../connect.ts';
import { findConnection, type ConnectionChoice } from '../connection.ts';
import { Interrupted } from './failure.ts';
import { createOutput, type Output } from './output.ts';

/** What ends a command early, in order; the second one ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What every command works with. */
export interface CommandContext {
  spectrawl: Spectrawl;
  output: Output;
  /** Aborts on Ctrl-C, and when the process is told to end. */
  signal: AbortSignal;
}

/** Runs a command's action with a connection that is closed afterwards. */
export function withContext<A extends unknown[]>(
  action: (context: CommandContext, ...args: A) => Promise<void>,
): (...args: [...A, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const { json, ...choice } = command.optsWithGlobals<ConnectionChoice & { json?: boolean }>();
    const connection = await findConnection(choice, process.env);
    const abort = new AbortController();
    const interrupt = (): void => abort.abort(new Interrupted());
    for (const signal of SIGNALS) process.once(signal, interrupt);
    const spectrawl = connectSpectrawl(connection);
    try {
      await action(
        { spectrawl, output: createOutput(json === true), signal: abort.signal },
        ...(args.slice(0, -1) as A),
      );
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : error;
    } finally {
      spectrawl.close();
      for (const signal of SIGNALS) process.removeListener(signal, interrupt);
    }
  };
}
