import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** bytes; as many as the key of AES-256 */
const LENGTH = 32;

/**
 * The key that seals sessions: that of the file, which is made where there is none.
 * @param path absent: a key that nobody will ever have again
 * @throws when the file can be neither read nor made, or holds too little
 */
export function sessionKey(path: string | undefined): Buffer {
  if (path === undefined) return randomBytes(LENGTH);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${randomBytes(LENGTH).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // A file that is there, or that an orchestrator has put where nobody may write, is read below.
    if (!['EEXIST', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  const text = readFileSync(path, 'utf8').trim();
  if (text.length < LENGTH) {
    throw new Error(
      `${path} has ${text.length} characters: a key of sessions needs ${LENGTH} random ones (openssl rand -hex 32)`,
    );
  }
  return Buffer.from(text);
}
