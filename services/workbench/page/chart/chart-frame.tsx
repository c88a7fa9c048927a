import type { ReactNode, Ref } from 'react';
import type { Picking } from './use-picked.ts';
import styles from './chart.module.css';

interface ChartFrameProps {
  /** Names the chart for those who do not see it; what it shows in a sentence. */
  label: string;
  width: number;
  height: number;
  /** What is known of the picked point, or of the newest where none is picked. */
  readout: ReactNode;
  legend?: ReactNode;
  picking: Picking;
  frameRef: Ref<HTMLDivElement>;
  children: ReactNode;
}

/**
 * A chart with its legend above and a line that reads out the picked point. Its height is known before its width is: nothing on the
 * page moves when it is drawn.
 */
export function ChartFrame(props: ChartFrameProps): ReactNode {
  const { label, width, height, readout, legend, picking, frameRef, children } = props;
  return (
    <figure className={styles.chart}>
      <div className={styles.head}>
        <div className={styles.legend}>{legend}</div>
        <output className={styles.readout}>{readout}</output>
      </div>
      <div ref={frameRef} className={styles.canvas} style={{ height }}>
        {width > 0 && (
          <svg
            className={styles.svg}
            width={width}
            height={height}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={label}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- ← → pick points
            tabIndex={0}
            {...picking}
          >
            {children}
          </svg>
        )}
      </div>
    </figure>
  );
}

interface LegendEntryProps {
  /** Class of the chart's style sheet that fills its mark. */
  mark?: string | undefined;
  /** What else fills it. */
  colour?: string;
  children: ReactNode;
}

/** An entry of a legend. */
export function LegendEntry({ mark, colour, children }: LegendEntryProps): ReactNode {
  return (
    <span className={styles.entry}>
      <svg width="18" height="10" aria-hidden="true">
        <rect className={mark} {...(colour && { style: { fill: colour } })} x="1" y="1" width="16" height="8" rx="2" />
      </svg>
      {children}
    </span>
  );
}
