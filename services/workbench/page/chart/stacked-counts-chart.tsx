import type { ReactNode } from 'react';
import type { PredictedCounts } from '../campaigns/learning-curve.ts';
import { grouped } from '../ui/words.ts';
import { classColour } from '../ui/class-colours.ts';
import { Axes, plotArea } from './axes.tsx';
import { ChartFrame, LegendEntry } from './chart-frame.tsx';
import { linearScale, roundTicks, wholeTicks } from './scale.ts';
import { usePicked } from './use-picked.ts';
import { useWidth } from './use-width.ts';
import styles from './chart.module.css';

interface StackedCountsChartProps {
  iterations: readonly PredictedCounts[];
  classes: readonly string[];
  /** Whether the first class is in the stack, too: it is most of the pool. */
  withFirst: boolean;
  height?: number;
}

/** Widest bar, in pixels. */
const WIDEST = 48;

/** How many spectra of the pool were predicted to be of each class, an iteration a bar. */
export function StackedCountsChart({
  iterations,
  classes,
  withFirst,
  height = 280,
}: StackedCountsChartProps): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>();
  const area = plotArea(width, height);
  const from = withFirst ? 0 : 1;
  const total = (counts: readonly number[]): number => counts.slice(from).reduce((sum, count) => sum + count, 0);
  const first = iterations[0]?.iteration ?? 0;
  const last = Math.max(first + 4, iterations.at(-1)?.iteration ?? 0);
  const yTicks = roundTicks([0, Math.max(1, ...iterations.map(({ counts }) => total(counts)))], 4);
  const x = linearScale([first - 0.5, last + 0.5], [area.left, area.right]);
  const y = linearScale([0, yTicks.at(-1) ?? 1], [area.bottom, area.top]);
  const bar = Math.max(2, Math.min(WIDEST, 0.7 * (x.at(1) - x.at(0))));
  const [picked, picking] = usePicked(iterations.map(({ iteration }) => x.at(iteration)));
  const shown = iterations[picked ?? iterations.length - 1];
  return (
    <ChartFrame
      label={`Predicted counts by iteration of ${classes.slice(from).join(', ')}: ${iterations.length} iterations`}
      width={width}
      height={height}
      frameRef={frame}
      picking={picking}
      readout={shown ? <Readout iteration={shown} classes={classes} /> : 'The pool is not scored yet'}
      legend={classes.slice(from).map((name, index) => (
        <LegendEntry key={name} colour={classColour(index + from)}>
          {name}
        </LegendEntry>
      ))}
    >
      <Axes
        area={area}
        x={{ label: 'iteration', scale: x, ticks: wholeTicks([first, last]), format: String }}
        y={{ label: 'spectra predicted', scale: y, ticks: yTicks, format: compact }}
      />
      {iterations.map(({ iteration, counts }, index) => {
        let below = 0;
        return (
          <g key={iteration} className={index === picked ? styles.pickedBar : undefined}>
            {counts.map((count, at) => {
              if (at < from) return null;
              const bottom = y.at(below);
              below += count;
              return (
                <rect
                  key={classes[at]}
                  className={styles.bar}
                  style={{ fill: classColour(at) }}
                  x={x.at(iteration) - bar / 2}
                  width={bar}
                  y={y.at(below)}
                  height={Math.max(0, bottom - y.at(below))}
                />
              );
            })}
          </g>
        );
      })}
    </ChartFrame>
  );
}

function Readout({ iteration, classes }: { iteration: PredictedCounts; classes: readonly string[] }): ReactNode {
  return (
    <>
      iteration <b>{iteration.iteration}</b>
      {iteration.counts.map((count, at) => (
        <span key={classes[at]}>
          {' '}
          · {classes[at]} <b>{grouped(count)}</b>
        </span>
      ))}
    </>
  );
}

const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function compact(value: number): string {
  return COMPACT.format(value);
}
