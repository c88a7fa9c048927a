import { readOffsetIndex } from 'hyparquet';
import type { ColumnChunk, DataReader, Encoding, PageHeader } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import type { ByteSource } from './byte-source.ts';
import { decompressPage } from './codecs.ts';

/** One decompressed data page of a column: its levels and its encoded values. */
export interface DataPage {
  /** Slots of the page: values, nulls and empty lists. */
  count: number;
  encoding: Encoding;
  /** Hybrid-encoded repetition and definition levels; empty where the column has none. */
  repetition: Uint8Array;
  definition: Uint8Array;
  values: Uint8Array;
}

/** The pages of a column chunk that were read. */
export interface ChunkPages {
  /** Row of the row group with which the first page begins. */
  firstRow: number;
  dictionary: { count: number; values: Uint8Array } | undefined;
  pages: Iterable<DataPage>;
}

/** Where a column has levels. */
export interface LevelKinds {
  repeated: boolean;
  optional: boolean;
}

/** Memory for the bytes of column chunks read one after the other. */
export class ChunkBuffer {
  #bytes = new Uint8Array(0);

  /** `length` bytes that are valid until the next call. */
  take(length: number): Uint8Array {
    if (this.#bytes.byteLength < length) this.#bytes = new Uint8Array(length);
    return this.#bytes.subarray(0, length);
  }
}

/**
 * Reads the pages of a column chunk that hold rows [start, end) of its row group: all of the chunk in one read, or by
 * the offset index only the pages needed. Pages are decompressed one at a time as they are taken; those of a whole chunk
 * may lie in `buffer`.
 */
export async function readPages(
  source: ByteSource,
  chunk: ColumnChunk,
  levels: LevelKinds,
  rows: { start: number; end: number; of: number },
  buffer?: ChunkBuffer,
): Promise<ChunkPages> {
  const meta = chunk.meta_data;
  if (!meta) throw new Error('the footer lacks the metadata of a column chunk');
  const codec = meta.codec;
  const first = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const chunkStart = Math.min(first, Number(meta.data_page_offset));
  const chunkEnd = chunkStart + Number(meta.total_compressed_size);
  const whole = rows.start === 0 && rows.end === rows.of;

  if (!whole && chunk.offset_index_offset && chunk.offset_index_length) {
    const index = await readExactly(source, Number(chunk.offset_index_offset), chunk.offset_index_length);
    const { page_locations: pages } = readOffsetIndex({ view: viewOf(index), offset: 0 });
    const starts = pages.map((page) => Number(page.first_row_index));
    const from = Math.max(
      0,
      starts.findLastIndex((row) => row <= rows.start),
    );
    let to = starts.findIndex((row) => row >= rows.end);
    if (to < 0) to = pages.length;
    const last = pages[to - 1];
    if (pages[from] && last) {
      const begin = Number(pages[from].offset);
      const dictionaryEnd = Number(pages[0]!.offset);
      const [dictionary, bytes] = await Promise.all([
        dictionaryEnd > chunkStart ? readExactly(source, chunkStart, dictionaryEnd - chunkStart) : undefined,
        readExactly(source, begin, Number(last.offset) + last.compressed_page_size - begin),
      ]);
      return {
        firstRow: starts[from]!,
        dictionary: dictionary && takeDictionary({ view: viewOf(dictionary), offset: 0 }, codec),
        pages: dataPages({ view: viewOf(bytes), offset: 0 }, codec, levels),
      };
    }
  }

  const bytes = await readExactly(source, chunkStart, chunkEnd - chunkStart, buffer);
  const reader = { view: viewOf(bytes), offset: 0 };
  return { firstRow: 0, dictionary: takeDictionary(reader, codec), pages: dataPages(reader, codec, levels) };
}

/** Takes the dictionary page if the chunk begins with one. */
function takeDictionary(reader: DataReader, codec: string): ChunkPages['dictionary'] {
  if (reader.offset >= reader.view.byteLength) return undefined;
  const ahead = { view: reader.view, offset: reader.offset };
  const header = parquetHeader(ahead);
  if (!header.dictionary_page_header) return undefined;
  const body = takeBody(ahead, header);
  reader.offset = ahead.offset;
  return {
    count: header.dictionary_page_header.num_values,
    values: decompressPage(codec, body, header.uncompressed_page_size),
  };
}

function* dataPages(reader: DataReader, codec: string, levels: LevelKinds): Generator<DataPage> {
  while (reader.offset < reader.view.byteLength) {
    const header = parquetHeader(reader);
    const body = takeBody(reader, header);
    if (header.data_page_header) yield pageV1(header, body, codec, levels);
    else if (header.data_page_header_v2) yield pageV2(header, body, codec);
    else if (header.type !== 'INDEX_PAGE') throw new Error(`a page of type ${header.type} among data pages`);
  }
}

/** V1: levels and values are compressed together, each kind of level with its length in front. */
function pageV1(header: PageHeader, body: Uint8Array, codec: string, levels: LevelKinds): DataPage {
  const { num_values: count, encoding } = header.data_page_header!;
  const plain = decompressPage(codec, body, header.uncompressed_page_size);
  let offset = 0;
  const take = (present: boolean): Uint8Array => {
    if (!present) return plain.subarray(0, 0);
    const length = viewOf(plain).getUint32(offset, true);
    const start = offset + 4;
    if (start + length > plain.byteLength) throw new Error('levels reach beyond their page');
    offset = start + length;
    return plain.subarray(start, offset);
  };
  const repetition = take(levels.repeated);
  const definition = take(levels.optional);
  return { count: countOf(count), encoding, repetition, definition, values: plain.subarray(offset) };
}

/** V2: only the values are compressed, and not always. */
function pageV2(header: PageHeader, body: Uint8Array, codec: string): DataPage {
  const v2 = header.data_page_header_v2!;
  const repetitionEnd = v2.repetition_levels_byte_length;
  const definitionEnd = repetitionEnd + v2.definition_levels_byte_length;
  const values = body.subarray(definitionEnd);
  return {
    count: countOf(v2.num_values),
    encoding: v2.encoding,
    repetition: body.subarray(0, repetitionEnd),
    definition: body.subarray(repetitionEnd, definitionEnd),
    values: v2.is_compressed ? decompressPage(codec, values, header.uncompressed_page_size - definitionEnd) : values,
  };
}

function takeBody(reader: DataReader, header: PageHeader): Uint8Array {
  const { view, offset } = reader;
  const size = header.compressed_page_size;
  if (!(size >= 0 && offset + size <= view.byteLength && header.uncompressed_page_size >= 0)) {
    throw new Error('a page reaches beyond its column chunk');
  }
  reader.offset += size;
  return new Uint8Array(view.buffer, view.byteOffset + offset, size);
}

function countOf(count: number): number {
  if (!(Number.isInteger(count) && count >= 0)) throw new Error(`a page of ${count} values`);
  return count;
}

/** Bytes [offset, offset + length). Errors: a range outside the source, a source that returns another length. */
async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
  buffer?: ChunkBuffer,
): Promise<Uint8Array> {
  if (!(offset >= 0 && length >= 0 && offset + length <= source.size)) {
    throw new Error(`the footer points at bytes ${offset} to ${offset + length} of a file of ${source.size} bytes`);
  }
  if (length === 0) return new Uint8Array(0);
  if (buffer && source.readInto) {
    const target = buffer.take(length);
    await source.readInto(offset, target);
    return target;
  }
  const bytes = await source.read(offset, length);
  if (bytes.byteLength !== length) {
    throw new Error(`${length} bytes at ${offset} were asked for and ${bytes.byteLength} came: the source was cut off`);
  }
  return bytes;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
