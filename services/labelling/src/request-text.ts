import { ServiceError } from '@spectrawl/grpc';

/** Annotator.name, as the contract has it. */
export const ANNOTATOR_NAME = { least: 1, most: 128 };
/** request_id of every creating call. */
export const REQUEST_ID = { least: 1, most: 64 };
export const COMMENT = { least: 0, most: 2000 };
/** A class of an import. */
export const CLASS_NAME = { least: 1, most: 64 };
/** Ids come from file names, whose paths the contract limits to so many characters. */
export const ID = { least: 1, most: 1024 };

/**
 * Checks a text that a caller sent.
 * @param field where it stands in the request, for the message
 * @param limits how many characters (code points) it may have; a text that may not be empty may not be blank either
 * @throws {ServiceError} BAD_REQUEST
 */
export function requireText(field: string, value: string, limits: { least: number; most: number }): string {
  const characters = value.length <= limits.most ? value.length : Array.from(value).length;
  if (characters > limits.most) {
    throw new ServiceError('BAD_REQUEST', `${field} has ${characters} characters: at most ${limits.most} are kept`);
  }
  if (limits.least > 0 && value.trim() === '') {
    throw new ServiceError('BAD_REQUEST', `${field} is empty: give ${limits.least} to ${limits.most} characters`);
  }
  if (value.includes('\0')) {
    throw new ServiceError('BAD_REQUEST', `${field} contains the character NUL, which no text has: remove it`);
  }
  return value;
}
