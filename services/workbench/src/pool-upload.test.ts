import { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import { create } from '@bufbuild/protobuf';
import { IngestFilesResponseSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { filesAsMessages, progressLines } from './pool-upload.ts';

const file = (filename: string, ...chunks: Uint8Array[]) =>
  ({ type: 'file', filename, file: Readable.from(chunks) }) as unknown as Multipart;

async function* parts(...all: Multipart[]) {
  for (const part of all) yield await Promise.resolve(part);
}

it('files become pieces of at most a mebibyte, the last one marked', async () => {
  const field = { type: 'field', fieldname: 'note', value: 'x' } as unknown as Multipart;
  const sent = [];
  const body = parts(file('night/a.fits', new Uint8Array(3), new Uint8Array(2_000_000)), field, file('empty.fits'));
  for await (const { payload } of filesAsMessages('p', 'auto', body)) sent.push(payload);
  expect(sent[0]).toMatchObject({ case: 'open', value: { poolId: 'p', survey: 'auto' } });
  const pieces = sent.slice(1).map((payload) => (payload?.case === 'piece' ? payload.value : undefined));
  expect(pieces.map((piece) => [piece?.path, piece?.data?.length, piece?.last])).toEqual([
    ['night/a.fits', 3, false],
    ['night/a.fits', 1_048_576, false],
    ['night/a.fits', 951_424, false],
    ['night/a.fits', 0, true],
    ['empty.fits', 0, true],
  ]);
});

it('what an upload fails of is its last line, and nothing that is not for the caller', async () => {
  async function* broken() {
    yield await Promise.resolve(create(IngestFilesResponseSchema, { files: 2n }));
    throw new Error('the key of the store is s3cret');
  }
  const errors: unknown[] = [];
  const lines = [];
  const first = create(IngestFilesResponseSchema, { files: 1n });
  for await (const line of progressLines(first, broken(), (error) => errors.push(error))) lines.push(JSON.parse(line));
  expect(lines).toEqual([
    { files: '1' },
    { files: '2' },
    { refusal: { message: "the upload failed; the workbench's log has the reason", service: 'workbench' } },
  ]);
  expect(errors).toHaveLength(1);
});
