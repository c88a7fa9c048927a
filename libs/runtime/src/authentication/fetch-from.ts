import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** An issuer that takes longer holds up logins. */
const TIMEOUT_MILLISECONDS = 5_000;

/** Documents of issuers have a few kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** Kubernetes gives its keys by their own name only (RFC 7517, section 8.5.2), and answers 406 to whoever asks for mere JSON. */
const ACCEPTED = 'application/json, application/jwk-set+json';

/** What Node's fetch cannot be told: whose certificates to trust, and in whose name to ask. */
interface Trust {
  caFile?: string | undefined;
  tokenFile?: string | undefined;
}

/** Gets a small document. Redirects are answers like others: they are not followed. */
export async function fetchFrom(address: string, { caFile, tokenFile }: Trust): Promise<Response> {
  const ca = caFile === undefined ? undefined : await readFile(caFile);
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  const url = new URL(address);
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const headers = { accept: ACCEPTED, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  return await new Promise((resolve, reject) => {
    request(url, { ca, headers, signal, agent: false }, (message) => {
      let bytes = 0;
      message.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > MAX_BYTES) message.destroy(new Error(`${address} answers with more than ${MAX_BYTES} bytes`));
      });
      text(message).then((body) => resolve(new Response(body, { status: message.statusCode ?? 500 })), reject);
    })
      .on('error', reject)
      .end();
  });
}
