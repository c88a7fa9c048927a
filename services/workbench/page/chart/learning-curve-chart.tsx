import { useState, type ReactNode } from 'react';
import type { LearningPoint } from '../campaigns/learning-curve.ts';
import { grouped, percentage } from '../ui/words.ts';
import { Axes, plotArea } from './axes.tsx';
import { ChartFrame, LegendEntry } from './chart-frame.tsx';
import { linearScale, roundTicks } from './scale.ts';
import { usePicked } from './use-picked.ts';
import { useWidth } from './use-width.ts';
import styles from './chart.module.css';

interface LearningCurveChartProps {
  points: readonly LearningPoint[];
  /** Error that the campaign wants to certify, a fraction. */
  target: number;
  /** Confidence of the bounds, a fraction. */
  confidence: number;
  height?: number;
}

/** The audited error with its exact bounds by labels spent, and the target. */
export function LearningCurveChart(props: LearningCurveChartProps): ReactNode {
  const { points, target, confidence, height = 280 } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const area = plotArea(width, height);
  const most = Math.max(target * 1.6, ...points.map(({ upper, bound }) => Math.max(upper, bound)));
  const yTicks = roundTicks([0, Math.min(1, most)], 4).filter((tick) => tick <= 1);
  const xTicks = roundTicks([0, Math.max(10, ...points.map(({ labels }) => labels))], width > 700 ? 8 : 5);
  const x = linearScale([0, xTicks.at(-1) ?? 1], [area.left, area.right]);
  const y = linearScale([0, yTicks.at(-1) ?? 1], [area.bottom, area.top]);
  const [picked, picking] = usePicked(points.map(({ labels }) => x.at(labels)));
  const [initial] = useState(points.length);
  const shown = points[picked ?? points.length - 1];
  const line = points.map(({ labels, error }) => `${x.at(labels)},${y.at(error)}`).join(' ');
  const band = [
    ...points.map(({ labels, upper }) => `${x.at(labels)},${y.at(upper)}`),
    ...points.toReversed().map(({ labels, lower }) => `${x.at(labels)},${y.at(lower)}`),
  ].join(' ');
  return (
    <ChartFrame
      label={`Learning curve: audited error by labels spent, ${points.length} iterations, target ${percentage(target)}`}
      width={width}
      height={height}
      frameRef={frame}
      picking={picking}
      readout={shown ? <Readout point={shown} /> : 'No audit is answered yet'}
      legend={
        <>
          <LegendEntry mark={styles.series}>error</LegendEntry>
          <LegendEntry mark={styles.band}>exact {percentage(confidence)} bounds</LegendEntry>
          <LegendEntry mark={styles.bound}>certifying bound</LegendEntry>
          <LegendEntry mark={styles.target}>target {percentage(target)}</LegendEntry>
        </>
      }
    >
      <Axes
        area={area}
        x={{ label: 'labels spent', scale: x, ticks: xTicks, format: grouped }}
        y={{ label: 'error of predicted positives', scale: y, ticks: yTicks, format: percentage }}
      />
      {points.length > 1 && <polygon className={styles.band} points={band} />}
      <line className={styles.targetLine} x1={area.left} x2={area.right} y1={y.at(target)} y2={y.at(target)} />
      {points.map(({ iteration, labels, lower, upper, bound }, index) => (
        <g key={iteration} className={index >= initial ? styles.appearing : undefined}>
          <line className={styles.whisker} x1={x.at(labels)} x2={x.at(labels)} y1={y.at(lower)} y2={y.at(upper)} />
          <line
            className={styles.boundLine}
            x1={x.at(labels) - 5}
            x2={x.at(labels) + 5}
            y1={y.at(bound)}
            y2={y.at(bound)}
          />
        </g>
      ))}
      <polyline className={styles.seriesLine} points={line} />
      {points.map(({ iteration, labels, error, certified }, index) => (
        <circle
          key={iteration}
          className={certified ? styles.pointCertified : styles.point}
          cx={x.at(labels)}
          cy={y.at(error)}
          r={index === picked ? 6 : 4}
        />
      ))}
      {shown && picked !== undefined && (
        <line
          className={styles.cursor}
          x1={x.at(shown.labels)}
          x2={x.at(shown.labels)}
          y1={area.top}
          y2={area.bottom}
        />
      )}
    </ChartFrame>
  );
}

function Readout({ point }: { point: LearningPoint }): ReactNode {
  const { iteration, labels, error, lower, upper, audited, right, certified } = point;
  return (
    <>
      iteration <b>{iteration}</b> · {grouped(labels)} labels · error <b>{percentage(error)}</b> ({percentage(lower)}–
      {percentage(upper)}) · {right} of {audited} right{certified ? ' · certified' : ''}
    </>
  );
}
