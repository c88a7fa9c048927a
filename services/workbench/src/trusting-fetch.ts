import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { CustomFetch } from 'openid-client';

/** milliseconds; a provider that takes longer holds people up */
const TIMEOUT = 10_000;

/**
 * A fetch of forms, which are all that openid-client sends, that trusts authorities of its own, as Node's cannot be told.
 * @param caFile PEM file; absent: the machine's
 */
export function trustingFetch(caFile: string | undefined): CustomFetch {
  if (caFile === undefined) {
    return (url, { body, ...options }) =>
      fetch(url, {
        ...options,
        body: body instanceof URLSearchParams ? body : null,
        signal: options.signal ?? AbortSignal.timeout(TIMEOUT),
      });
  }
  return async (url, { body, headers, method, signal }) => {
    const options = { method, headers, ca: readFileSync(caFile), signal: signal ?? AbortSignal.timeout(TIMEOUT) };
    return await new Promise<Response>((resolve, reject) => {
      const request = httpsRequest(url, options, (message) => {
        buffer(message).then((bytes) => {
          const init = { status: message.statusCode ?? 500, headers: message.headers as Record<string, string> };
          resolve(new Response(bytes.length === 0 ? null : new Uint8Array(bytes), init));
        }, reject);
      });
      request.on('error', reject);
      request.end(body instanceof URLSearchParams ? body.toString() : undefined);
    });
  };
}
