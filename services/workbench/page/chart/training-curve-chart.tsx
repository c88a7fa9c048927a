import type { ReactNode } from 'react';
import { Axes, plotArea } from './axes.tsx';
import { ChartFrame, LegendEntry } from './chart-frame.tsx';
import { logTicks, linearScale, logScale, wholeTicks } from './scale.ts';
import { usePicked } from './use-picked.ts';
import { useWidth } from './use-width.ts';
import styles from './chart.module.css';

interface TrainingCurveChartProps {
  /** Loss after each epoch, in nats. */
  losses: readonly number[];
  /** Epoch whose weights were kept, from 1. */
  bestEpoch: number;
  height?: number;
}

/** Losses of 0 and below have no logarithm: they are drawn here. */
const LEAST_LOSS = 1e-6;

/** The training loss by epoch, on a logarithmic scale, with the epoch whose weights were kept. */
export function TrainingCurveChart({ losses, bestEpoch, height = 260 }: TrainingCurveChartProps): ReactNode {
  const [frame, width] = useWidth<HTMLDivElement>();
  const area = plotArea(width, height);
  const drawn = losses.map((loss) => Math.max(LEAST_LOSS, loss));
  const yTicks = logTicks(drawn.length === 0 ? [0.1, 1] : [Math.min(...drawn), Math.max(...drawn)]);
  const xEnd = Math.max(2, losses.length);
  const x = linearScale([1, xEnd], [area.left, area.right]);
  const y = logScale([yTicks[0] ?? 0.1, yTicks.at(-1) ?? 1], [area.bottom, area.top]);
  const [picked, picking] = usePicked(losses.map((_, index) => x.at(index + 1)));
  const shown = picked ?? bestEpoch - 1;
  const loss = losses[shown];
  return (
    <ChartFrame
      label={`Training curve: loss by epoch, ${losses.length} epochs, the best is ${bestEpoch}`}
      width={width}
      height={height}
      frameRef={frame}
      picking={picking}
      readout={
        loss === undefined ? (
          'No losses are kept'
        ) : (
          <>
            epoch <b>{shown + 1}</b> · loss <b>{Number(loss.toPrecision(3))}</b> nats
            {shown + 1 === bestEpoch ? ' · kept' : ''}
          </>
        )
      }
      legend={
        <>
          <LegendEntry mark={styles.series}>training loss</LegendEntry>
          <LegendEntry mark={styles.target}>epoch kept</LegendEntry>
        </>
      }
    >
      <Axes
        area={area}
        x={{ label: 'epoch', scale: x, ticks: wholeTicks([1, xEnd]), format: String }}
        y={{ label: 'loss / nats', scale: y, ticks: yTicks, format: String }}
      />
      {bestEpoch > 0 && (
        <line className={styles.targetLine} x1={x.at(bestEpoch)} x2={x.at(bestEpoch)} y1={area.top} y2={area.bottom} />
      )}
      <polyline
        className={styles.seriesLine}
        points={drawn.map((value, index) => `${x.at(index + 1)},${y.at(value)}`).join(' ')}
      />
      {loss !== undefined && (
        <circle className={styles.point} cx={x.at(shown + 1)} cy={y.at(Math.max(LEAST_LOSS, loss))} r={5} />
      )}
    </ChartFrame>
  );
}
