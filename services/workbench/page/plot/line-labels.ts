/** A text to be written above a plot at a place on its horizontal axis. */
export interface PlacedLabel {
  text: string;
  /** Pixels from the left: where its middle should be. */
  at: number;
  /** Pixels. */
  width: number;
}

/** Pixels that stay free between two labels of one row. */
const GAP = 6;

/**
 * Rows for labels such that none covers another. Labels come in the order of their importance: what finds no row is left out.
 * @returns for each label its row from 0 at the top; undefined where it is left out
 */
export function arrangeLabels(labels: readonly PlacedLabel[], rows: number): (number | undefined)[] {
  const taken: [number, number][][] = Array.from({ length: rows }, () => []);
  return labels.map(({ at, width }) => {
    const left = at - width / 2 - GAP / 2;
    const right = at + width / 2 + GAP / 2;
    const row = taken.findIndex((spans) => spans.every(([from, to]) => right <= from || left >= to));
    if (row < 0) return undefined;
    taken[row]!.push([left, right]);
    return row;
  });
}
