/** CSS pixels that every browser lays out: what is taller is scaled down. */
const TALLEST = 8_000_000;

/** A list of rows of one height, of which a window is seen; heights are CSS pixels. */
export interface RowWindow {
  count: number;
  rowHeight: number;
  /** Of the window. */
  height: number;
}

/** How tall the scrolled area is: as tall as the rows, as far as browsers go. */
export function scrolledHeight({ count, rowHeight }: RowWindow): number {
  return Math.min(TALLEST, count * rowHeight);
}

/** Pixels of rows that a pixel of the scroll bar stands for: 1 but in very long lists. */
export function rowPixelsAPixel(rows: RowWindow): number {
  const scrolled = scrolledHeight(rows) - rows.height;
  return scrolled <= 0 ? 1 : Math.max(1, lastTop(rows) / scrolled);
}

/** The largest distance of the window from the first row. */
export function lastTop({ count, rowHeight, height }: RowWindow): number {
  return Math.max(0, count * rowHeight - height);
}

/** The rows that a window shows, some more on both sides. @param top distance of the window from the first row */
export function shownRows(rows: RowWindow, top: number, overscan: number): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / rows.rowHeight) - overscan);
  const last = Math.min(rows.count, Math.ceil((top + rows.height) / rows.rowHeight) + overscan) - 1;
  return { first, last };
}

/** Where the window has to stand so that a row is in it, with the least movement. */
export function topShowing(rows: RowWindow, top: number, row: number): number {
  const from = row * rows.rowHeight;
  const to = from + rows.rowHeight - rows.height;
  return Math.max(0, Math.min(lastTop(rows), from < top ? from : to > top ? to : top));
}
