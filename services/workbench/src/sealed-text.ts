import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
/** bytes; NIST SP 800-38D, section 8.2: what a random nonce of GCM should have */
const NONCE = 12;
/** bytes; the whole tag of GCM */
const TAG = 16;

/** Makes text that only holders of the same key can read or make. */
export class SealedText {
  readonly #key: Buffer;

  /** @param secret at least 32 random bytes @param purpose what is sealed: text sealed for one purpose opens for no other */
  constructor(secret: Uint8Array, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', `spectrawl workbench ${purpose}`, 32));
  }

  seal(text: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.#key, nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
      'base64url',
    );
  }

  /** @returns undefined where the text was not sealed by this key for this purpose */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]).toString();
    } catch {
      return undefined;
    }
  }
}
