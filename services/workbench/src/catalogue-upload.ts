import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CrossMatchCatalogueRequest_CatalogueSchema, CrossMatchCatalogueRequestSchema } from '@spectrawl/contracts';

/** Bytes of a piece of the file: the contract's limit. */
const PIECE_BYTES = 1024 * 1024;

/** A catalogue and its file as the messages of a cross-match, read no faster than they are taken. */
export async function* catalogueAsMessages(
  catalogue: MessageInitShape<typeof CrossMatchCatalogueRequest_CatalogueSchema>,
  file: AsyncIterable<Uint8Array>,
): AsyncGenerator<MessageInitShape<typeof CrossMatchCatalogueRequestSchema>> {
  const value = create(CrossMatchCatalogueRequest_CatalogueSchema, catalogue);
  yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'catalogue', value } });
  for await (const chunk of file) {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const data = chunk.subarray(from, from + PIECE_BYTES);
      yield create(CrossMatchCatalogueRequestSchema, { part: { case: 'data', value: data } });
    }
  }
}
