// Repetition and definition levels: the RLE / bit-packed hybrid of the Parquet format
// (https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3).

/** Appends an unsigned LEB128 number. */
function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>>= 7;
  }
  bytes.push(rest);
}

const runOf = (level: number, count: number): number[] => {
  const bytes: number[] = [];
  pushVarint(bytes, count << 1);
  bytes.push(level);
  return bytes;
};

/** Repetition levels of `rows` lists of exactly `width` ≥ 1 values: 0, then width − 1 times 1. */
export function denseRepetitionLevels(rows: number, width: number): Uint8Array {
  if (width === 1) return Uint8Array.from(runOf(0, rows));
  const row = [...runOf(0, 1), ...runOf(1, width - 1)];
  const levels = new Uint8Array(row.length * rows);
  for (let i = 0; i < rows; i++) levels.set(row, i * row.length);
  return levels;
}

/** `count` times one level. */
export const constantLevels = (level: number, count: number): Uint8Array => Uint8Array.from(runOf(level, count));

/** Levels 0 … 3 as runs. */
export function encodeLevels(levels: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  for (let start = 0; start < levels.length;) {
    let end = start + 1;
    while (end < levels.length && levels[end] === levels[start]) end++;
    pushVarint(bytes, (end - start) << 1);
    bytes.push(levels[start]!);
    start = end;
  }
  return Uint8Array.from(bytes);
}

/** Presence flags (0 or 1) bit-packed, or as one run where all are present. */
export function encodePresence(present: Uint8Array, nullCount: number): Uint8Array {
  if (nullCount === 0) return constantLevels(1, present.length);
  const groups = Math.ceil(present.length / 8);
  const bytes: number[] = [];
  pushVarint(bytes, (groups << 1) | 1);
  const levels = new Uint8Array(bytes.length + groups);
  levels.set(bytes);
  for (let i = 0; i < present.length; i++) levels[bytes.length + (i >> 3)]! |= present[i]! << (i & 7);
  return levels;
}

/** Calls `onRun` for each stretch of equal values, `onPacked` for each single bit-packed value, until `count` are seen. */
export function readHybrid(
  bytes: Uint8Array,
  bitWidth: number,
  count: number,
  onRun: (value: number, length: number) => void,
  onPacked: (value: number) => void,
): void {
  const mask = 2 ** bitWidth - 1;
  const valueBytes = (bitWidth + 7) >> 3;
  let offset = 0;
  let seen = 0;
  while (seen < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (offset >= bytes.length || shift > 28) throw new Error('levels or indexes end too early');
      const byte = bytes[offset++]!;
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    if (header % 2 === 0) {
      const length = Math.min(header / 2, count - seen);
      let value = 0;
      if (offset + valueBytes > bytes.length) throw new Error('levels or indexes end too early');
      for (let i = 0; i < valueBytes; i++) value += bytes[offset + i]! * 2 ** (8 * i);
      offset += valueBytes;
      if (length > 0) onRun(value, length);
      seen += length;
    } else {
      const packed = (header - 1) / 2;
      const end = offset + packed * bitWidth;
      const length = Math.min(packed * 8, count - seen);
      // The last group may be cut off after the values that matter.
      if (offset + Math.ceil((length * bitWidth) / 8) > bytes.length)
        throw new Error('levels or indexes end too early');
      let buffer = 0;
      let bits = 0;
      let at = offset;
      for (let i = 0; i < length; i++) {
        while (bits < bitWidth) {
          buffer += bytes[at++]! * 2 ** bits;
          bits += 8;
        }
        const value = buffer % (mask + 1);
        onPacked(value);
        buffer = (buffer - value) / (mask + 1);
        bits -= bitWidth;
      }
      offset = end;
      seen += length;
    }
  }
}

/** The levels spread out, one a value. */
export function decodeLevels(bytes: Uint8Array, bitWidth: number, count: number): Uint8Array {
  const levels = new Uint8Array(count);
  let at = 0;
  readHybrid(
    bytes,
    bitWidth,
    count,
    (value, length) => {
      levels.fill(value, at, at + length);
      at += length;
    },
    (value) => {
      levels[at++] = value;
    },
  );
  return levels;
}

/** Follows the 1-bit repetition levels of lists that must all hold `width` values, across pages. */
export class DenseLevelCheck {
  readonly #width: number;
  /** Values seen of the row under way; 0 between rows. */
  #phase = 0;
  /** Levels of whole rows that were accepted: a writer repeats the same bytes page after page. */
  #accepted: { bytes: Uint8Array; count: number } | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** Whether these levels continue lists of exactly the width. */
  accepts(bytes: Uint8Array, count: number): boolean {
    const width = this.#width;
    const known = this.#accepted;
    if (this.#phase === 0 && known?.count === count && Buffer.compare(known.bytes, bytes) === 0) return true;
    let phase = this.#phase;
    let regular = true;
    readHybrid(
      bytes,
      1,
      count,
      (level, length) => {
        if (level === 0) {
          if (phase !== 0 || (width > 1 && length > 1)) regular = false;
          phase = 1 % width;
        } else {
          if (phase === 0 || phase + length > width) regular = false;
          phase = (phase + length) % width;
        }
      },
      (level) => {
        if ((level === 0) !== (phase === 0)) regular = false;
        phase = (phase + 1) % width;
      },
    );
    if (regular && this.#phase === 0 && phase === 0) this.#accepted = { bytes: new Uint8Array(bytes), count };
    this.#phase = phase;
    return regular;
  }
}
