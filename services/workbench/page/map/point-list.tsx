import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { classColour } from '../ui/class-colours.ts';
import type { PointCloud } from './point-cloud.ts';
import styles from './point-list.module.css';

interface PointListProps {
  cloud: PointCloud;
  /** The points that it lists. */
  points: ArrayLike<number>;
  current: number | undefined;
  onCurrent: (point: number | undefined) => void;
  onOpen: (point: number, elsewhere: boolean) => void;
  label: string;
}

/** CSS pixels. */
const ROW = 26;

/** The points as a list: whoever cannot use the map by pointer has all of it here. Arrow keys walk, Enter opens. */
export function PointList({ cloud, points, current, onCurrent, onOpen, label }: PointListProps) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const walked = useRef(-1);
  // oxlint-disable-next-line react/incompatible-library -- the compiler leaves this component as it is, which is right
  const rows = useVirtualizer({
    count: points.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12,
  });

  useEffect(() => {
    walked.current = -1;
    scroller.current?.scrollTo({ top: 0 });
  }, [points]);

  const walk = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 1);
    const to = {
      ArrowDown: walked.current + 1,
      ArrowUp: walked.current - 1,
      PageDown: walked.current + page,
      PageUp: walked.current - page,
      Home: 0,
      End: points.length - 1,
    }[event.key];
    if (to !== undefined && points.length > 0) {
      event.preventDefault();
      walked.current = Math.max(0, Math.min(points.length - 1, to));
      rows.scrollToIndex(walked.current);
      onCurrent(points[walked.current]);
    } else if (event.key === 'Enter' && current !== undefined) {
      event.preventDefault();
      onOpen(current, event.ctrlKey || event.metaKey);
    }
  };

  const click = (event: MouseEvent<HTMLDivElement>): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-point]') : null;
    if (row) onOpen(Number(row.dataset['point']), event.ctrlKey || event.metaKey);
  };

  const rowId = (at: number): string => `${id}-${at}`;
  const isWalked = walked.current >= 0 && points[walked.current] === current;
  return (
    <div
      ref={scroller}
      className={styles.list}
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={isWalked ? rowId(walked.current) : undefined}
      onKeyDown={walk}
      onClick={click}
    >
      <div className={styles.all} style={{ height: rows.getTotalSize() }} role="presentation">
        {rows.getVirtualItems().map(({ index, start }) => {
          const point = points[index]!;
          const isLabelled = point >= cloud.firstLabelled;
          return (
            <div
              key={index}
              id={rowId(index)}
              className={styles.row}
              style={{ transform: `translateY(${start}px)` }}
              role="option"
              aria-selected={point === current}
              aria-posinset={index + 1}
              aria-setsize={points.length}
              tabIndex={-1}
              data-point={point}
              onPointerEnter={() => onCurrent(point)}
            >
              <i
                className={isLabelled ? styles.labelled : styles.dot}
                style={{ background: classColour(cloud.classes[point]) }}
                aria-hidden="true"
              />
              <span className={styles.id}>{cloud.ids[point]}</span>
              <span className={styles.class}>{cloud.map.classes[cloud.classes[point]!]}</span>
              <span className={styles.probability}>
                {isLabelled ? 'label' : cloud.probabilities[point]!.toFixed(2)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
