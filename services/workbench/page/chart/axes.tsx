import type { ReactNode } from 'react';
import type { Scale } from './scale.ts';
import styles from './chart.module.css';

/** A scale with the values that are marked on it. */
export interface Axis {
  label: string;
  scale: Scale;
  ticks: readonly number[];
  format: (value: number) => string;
}

/** Room around the plotted area for the axes, in pixels. */
export const MARGIN = { top: 10, right: 16, bottom: 40, left: 64 };

/** Place of the plotted area in a chart, in pixels. */
export interface PlotArea {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The plotted area of a chart of this size. */
export function plotArea(width: number, height: number): PlotArea {
  return {
    left: MARGIN.left,
    right: Math.max(MARGIN.left + 1, width - MARGIN.right),
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
  };
}

/** Grid lines, ticks and names of both axes. */
export function Axes({ area, x, y }: { area: PlotArea; x: Axis; y: Axis }): ReactNode {
  const middle = (area.top + area.bottom) / 2;
  return (
    <g aria-hidden="true">
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={area.left} x2={area.right} y1={y.scale.at(tick)} y2={y.scale.at(tick)} />
          <text className={styles.tick} x={area.left - 8} y={y.scale.at(tick)} dy="0.32em" textAnchor="end">
            {y.format(tick)}
          </text>
        </g>
      ))}
      <line className={styles.axis} x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} />
      {x.ticks.map((tick) => (
        <g key={tick}>
          <line
            className={styles.axis}
            x1={x.scale.at(tick)}
            x2={x.scale.at(tick)}
            y1={area.bottom}
            y2={area.bottom + 4}
          />
          <text className={styles.tick} x={x.scale.at(tick)} y={area.bottom + 17} textAnchor="middle">
            {x.format(tick)}
          </text>
        </g>
      ))}
      <text className={styles.axisName} x={(area.left + area.right) / 2} y={area.bottom + 34} textAnchor="middle">
        {x.label}
      </text>
      <text
        className={styles.axisName}
        transform={`translate(12 ${middle}) rotate(-90)`}
        textAnchor="middle"
        dy="0.32em"
      >
        {y.label}
      </text>
    </g>
  );
}
