import { AsyncLocalStorage } from 'node:async_hooks';
import { NestedDatabaseUseError } from './errors.ts';

/** One run of a transaction, as the code that it calls knows it, however deep. */
export interface TransactionRun {
  /** Its body is under way. */
  isOpen: boolean;
  /** Why the database rolled it back, if it would do when it is run again. */
  loss?: 'conflict' | 'connection';
}

/** Tells the code inside a transaction of a database from all other code. */
export class TransactionScope {
  readonly #runs = new AsyncLocalStorage<TransactionRun>();

  /** The transaction that the calling code belongs to, be it over. */
  get current(): TransactionRun | undefined {
    return this.#runs.getStore();
  }

  /** Runs everything of a transaction, from its begin to its commit. */
  during<T>(run: TransactionRun, work: () => Promise<T>): Promise<T> {
    return this.#runs.run(run, work);
  }

  /** Runs the body of a transaction, so that {@link assertOutside} refuses, until it is over, whatever it starts. */
  async inside<T>(run: TransactionRun, body: () => Promise<T>): Promise<T> {
    run.isOpen = true;
    try {
      return await this.#runs.run(run, body);
    } finally {
      run.isOpen = false;
    }
  }

  /** Refuses work that would wait for the transaction around it. @throws {NestedDatabaseUseError} */
  assertOutside(schema: string): void {
    if (!this.current?.isOpen) return;
    throw new NestedDatabaseUseError(
      `a statement on schema "${schema}" was started inside a transaction but not on it: use the transaction that was passed`,
    );
  }
}
