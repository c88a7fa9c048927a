/** The nearest rows of each row asked about: n × k, nearest first. */
export interface NearestRows {
  readonly k: number;
  readonly rows: Int32Array;
  /** Euclidean. */
  readonly distances: Float32Array;
}

/**
 * The nearest of some rows to each of others, exactly, by comparing them all. A row is given up as soon as its first values are too
 * far off: put those that vary most first, as principal components are.
 *
 * @param asked n × width, row-major
 * @param among m × width, row-major
 * @param k fewer where there are not so many rows
 * @param isSame whether `asked` are `among`: a row is then no neighbour of itself
 */
export function nearestRows(
  asked: Float32Array,
  among: Float32Array,
  width: number,
  k: number,
  isSame = false,
): NearestRows {
  const n = asked.length / width;
  const m = among.length / width;
  const found = Math.min(k, isSame ? m - 1 : m);
  const rows = new Int32Array(n * found);
  const squares = new Float64Array(n * found).fill(Infinity);
  for (let row = 0; row < n && found > 0; row++) {
    const start = row * width;
    const first = row * found;
    const last = first + found - 1;
    for (let other = 0; other < m; other++) {
      if (isSame && other === row) continue;
      const otherStart = other * width;
      const limit = squares[last]!;
      let square = 0;
      for (let i = 0; i < width && square < limit; i++) square += (asked[start + i]! - among[otherStart + i]!) ** 2;
      if (square >= limit) continue;
      let at = last;
      for (; at > first && squares[at - 1]! > square; at--) {
        squares[at] = squares[at - 1]!;
        rows[at] = rows[at - 1]!;
      }
      squares[at] = square;
      rows[at] = other;
    }
  }
  return { k: found, rows, distances: Float32Array.from(squares, Math.sqrt) };
}
