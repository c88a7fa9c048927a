import { PoolError } from './pool-error.ts';
import type { PoolErrorReason } from './pool-error.ts';

/** Reads the fields of a JSON object and checks their types; every error says where in which file the field is. */
export class JsonFields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #reason: PoolErrorReason;

  constructor(value: unknown, where: string, reason: PoolErrorReason) {
    this.#where = where;
    this.#reason = reason;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.fail('', 'is not an object');
    this.#value = value as Readonly<Record<string, unknown>>;
  }

  /** The fields of a JSON text. Errors: text that is not a JSON object. */
  static parse(text: string, where: string, reason: PoolErrorReason): JsonFields {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new PoolError(reason, `${where} is not JSON: ${(error as Error).message}.`, { cause: error });
    }
    return new JsonFields(value, where, reason);
  }

  string(name: string): string {
    const value = this.#value[name];
    if (typeof value !== 'string' || value === '') throw this.fail(name, 'is not a non-empty text');
    return value;
  }

  /** An integer of at least 0. */
  count(name: string): number {
    const value = this.#value[name];
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw this.fail(name, 'is not an integer of at least 0');
    return value as number;
  }

  number(name: string): number {
    const value = this.#value[name];
    if (typeof value !== 'number') throw this.fail(name, 'is not a number');
    return value;
  }

  strings(name: string): string[] {
    return this.list(name, (value) => {
      if (typeof value !== 'string' || value === '') throw this.fail(name, 'is not a list of non-empty texts');
      return value;
    });
  }

  /** A list of integers of at least 0; of exactly `length` if that is given. */
  counts(name: string, length?: number): number[] {
    return this.#counts(name, this.#value[name], length);
  }

  /** A list of such lists, each of exactly `length` counts. */
  countLists(name: string, length: number): number[][] {
    return this.list(name, (counts, i) => this.#counts(`${name}[${i}]`, counts, length));
  }

  list<T>(name: string, read: (value: unknown, index: number) => T): T[] {
    const value = this.#value[name];
    if (!Array.isArray(value)) throw this.fail(name, 'is not a list');
    return value.map(read);
  }

  object(name: string): JsonFields {
    return new JsonFields(this.#value[name], `${this.#where}, ${name}`, this.#reason);
  }

  /** The field as it is; undefined if absent. */
  raw(name: string): unknown {
    return this.#value[name];
  }

  #counts(name: string, value: unknown, length: number | undefined): number[] {
    const valid = Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
    if (!valid) throw this.fail(name, 'is not a list of integers of at least 0');
    if (length !== undefined && value.length !== length)
      throw this.fail(name, `has ${value.length} counts, not ${length}`);
    return value;
  }

  /** The error for a field that is not as it should be. */
  fail(name: string, what: string): PoolError {
    return new PoolError(this.#reason, `${this.#where}${name && `: ${name}`} ${what}.`);
  }
}
