import { create, toJsonString, type MessageInitShape } from '@bufbuild/protobuf';
import type { Multipart } from '@fastify/multipart';
import { IngestFilesRequestSchema, IngestFilesResponseSchema, type IngestFilesResponse } from '@spectrawl/contracts';
import { refusalAnswer } from './refusal.ts';

/** Bytes of a piece of a file: the contract's limit. */
const PIECE_BYTES = 1024 * 1024;

/** The files of a multipart body as the messages of an upload, read no faster than they are taken. */
export async function* filesAsMessages(
  poolId: string,
  survey: string,
  parts: AsyncIterable<Multipart>,
): AsyncGenerator<MessageInitShape<typeof IngestFilesRequestSchema>> {
  yield create(IngestFilesRequestSchema, { payload: { case: 'open', value: { poolId, survey } } });
  for await (const part of parts) {
    if (part.type !== 'file') continue;
    for await (const chunk of part.file as AsyncIterable<Uint8Array>) {
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        yield piece(part.filename, chunk.subarray(from, from + PIECE_BYTES), false);
      }
    }
    yield piece(part.filename, new Uint8Array(), true);
  }
}

function piece(path: string, data: Uint8Array, last: boolean) {
  return create(IngestFilesRequestSchema, { payload: { case: 'piece', value: { path, data, last } } });
}

/** The progress of an upload, a line of JSON each; what it fails of is the last line, as `{"refusal": …}`. */
export async function* progressLines(
  first: IngestFilesResponse,
  rest: AsyncIterator<IngestFilesResponse>,
  onError: (error: unknown) => void,
): AsyncGenerator<string> {
  yield line(first);
  try {
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield line(next.value);
  } catch (error) {
    const refusal = refusalAnswer(error);
    if (!refusal) onError(error);
    const answer = refusal?.answer ?? {
      message: "the upload failed; the workbench's log has the reason",
      service: 'workbench',
    };
    yield `${JSON.stringify({ refusal: answer })}\n`;
  }
}

function line(response: IngestFilesResponse): string {
  return `${toJsonString(IngestFilesResponseSchema, response)}\n`;
}
