import { request } from '../app/request.ts';

/** What programs load: tables and spectra. */
const TYPES = { vot: 'application/x-votable+xml', fits: 'application/fits', csv: 'text/csv' } as const;

/**
 * Puts a file where programs on the user's desk can fetch it for ten minutes: they have none of the browser's cookies.
 * @param name ends in .vot, .fits or .csv; at most 32 MiB of contents
 * @returns its address
 * @throws {RefusedError} when the workbench refuses it, TypeError when it is away
 */
export async function shareFile(name: string, contents: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const type = (TYPES as Readonly<Record<string, string>>)[ending];
  if (type === undefined) throw new RangeError(`"${name}" is no table: it ends in .vot, .fits or .csv`);
  const plain = name.replaceAll(/[^\w.-]/g, '_').slice(-128);
  const response = await request(`/shared/${plain}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: contents,
  });
  const { path } = (await response.json()) as { path: string };
  return new URL(path, window.location.href).href;
}
