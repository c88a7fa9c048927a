import { readFile } from 'node:fs/promises';

/** A token is read again after this long: orchestrators replace it when a fifth of its life is left. */
const REREAD_MILLISECONDS = 10_000;

/**
 * Gives the token that a file holds, and, after it was replaced there, the new one.
 * @returns a function for {@link ConnectOptions.token}; it rejects when the file cannot be read or is empty
 */
export function tokenFromFile(path: string, rereadMilliseconds: number = REREAD_MILLISECONDS): () => Promise<string> {
  let token: Promise<string> | undefined;
  let readAt = -Infinity;
  return () => {
    if (token !== undefined && Date.now() - readAt < rereadMilliseconds) return token;
    readAt = Date.now();
    token = readToken(path);
    token.catch(() => {
      token = undefined;
    });
    return token;
  };
}

async function readToken(path: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw new Error(`cannot read the token file ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (token === '') throw new Error(`the token file ${path} is empty`);
  return token;
}
