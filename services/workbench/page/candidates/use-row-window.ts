import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { lastTop, rowPixelsAPixel, scrolledHeight, shownRows, topShowing, type RowWindow } from './row-window.ts';

/** Rows drawn beyond the window on both sides. */
const OVERSCAN = 4;

/** A scrolled window on many rows: millions of them, too, where the wheel still moves by rows and the bar by the whole list. */
export interface ScrolledRows {
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** CSS pixels; of what is inside of the scroller. */
  height: number;
  /** Distance of the window from the first row, CSS pixels. */
  top: number;
  first: number;
  last: number;
  /** Rows that fit into the window. */
  fitting: number;
  show(row: number): void;
}

/** @param question the window goes back to the first row when it changes */
export function useRowWindow(count: number, rowHeight: number, question: string): ScrolledRows {
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [top, setTop] = useState(0);
  const expected = useRef(0);
  const rows: RowWindow = { count, rowHeight, height };
  const latest = useRef({ rows, top });
  useLayoutEffect(() => {
    latest.current = { rows, top };
  });

  const moveTo = useCallback((to: number): void => {
    const { rows: all } = latest.current;
    const bounded = Math.max(0, Math.min(lastTop(all), to));
    latest.current.top = bounded;
    setTop(bounded);
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = bounded / rowPixelsAPixel(all);
    expected.current = element.scrollTop;
  }, []);

  useLayoutEffect(() => moveTo(0), [question, moveTo]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = new ResizeObserver(() => setHeight(element.clientHeight));
    measure.observe(element);
    const scrolled = (): void => {
      // What the wheel or a key has moved is known more finely than the bar tells.
      if (Math.abs(element.scrollTop - expected.current) < 1) return;
      expected.current = element.scrollTop;
      const { rows: all } = latest.current;
      setTop(Math.min(lastTop(all), element.scrollTop * rowPixelsAPixel(all)));
    };
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || rowPixelsAPixel(latest.current.rows) === 1) return;
      event.preventDefault();
      moveTo(latest.current.top + event.deltaY);
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('wheel', wheel, { passive: false });
    return () => {
      measure.disconnect();
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('wheel', wheel);
    };
  }, [moveTo]);

  const show = useCallback(
    (row: number): void => moveTo(topShowing(latest.current.rows, latest.current.top, row)),
    [moveTo],
  );
  const { first, last } = shownRows(rows, top, OVERSCAN);
  const fitting = Math.max(1, Math.floor(height / rowHeight));
  return { scroller, height: scrolledHeight(rows), top, first, last, fitting, show };
}
