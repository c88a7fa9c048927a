import { useEffect, useLayoutEffect, useRef } from 'react';
import 'uplot/dist/uPlot.min.css';
import './plot-colours.css';
import { dopplerVelocity } from './doppler-velocity.ts';
import type { LineMarker } from './line-markers.ts';
import { onThemeChange } from './plot-colours.ts';
import { SpectrumChart, type PlotDisplay, type PlotReading } from './spectrum-chart.ts';
import styles from './spectrum-plot.module.css';
import type { SpectrumCurve, Stretch } from './spectrum-curve.ts';

/** What a plot shows, and how. */
export interface SpectrumPlotProps {
  /** Absent while there is nothing to draw: `absent` says why. */
  curve: SpectrumCurve | undefined;
  /** Says in the curve's place why it is not there. */
  absent?: string;
  /** What the plot is of, for those who can't see it, and as the mark that it is drawn. */
  name: string;
  /** Absent: the whole spectrum. */
  stretch?: Stretch;
  lines: readonly LineMarker[];
  display: PlotDisplay;
  /** Share of pixels at either end of the flux that may lie off the plot. */
  cut?: number;
  /** A second panel: no title of the axis. */
  compact?: boolean;
}

/** A spectrum that fills its container. Dragging zooms, a double click shows all again; `data-drawn` tells what is on the canvas. */
export function SpectrumPlot({
  curve,
  absent = '',
  name,
  stretch,
  lines,
  display,
  cut = 0,
  compact = false,
}: SpectrumPlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLDivElement>(null);
  const reading = useRef<HTMLDivElement>(null);
  const chart = useRef<SpectrumChart>(undefined);
  const drawing = useRef('');

  useLayoutEffect(() => {
    const element = target.current;
    if (!element) return;
    const created = new SpectrumChart(element, {
      compact,
      onRead: (read) => {
        if (reading.current) reading.current.textContent = read ? describe(read) : '';
      },
      onDrawn: () => frame.current?.setAttribute('data-drawn', drawing.current),
    });
    chart.current = created;
    const size = new ResizeObserver(() => created.resize());
    size.observe(element);
    const endTheme = onThemeChange(() => created.repaint());
    return () => {
      endTheme();
      size.disconnect();
      created.destroy();
      chart.current = undefined;
    };
  }, [compact]);

  const { lines: withLines, telluric, features, errors, smoothing } = display;
  const { from, to } = stretch ?? {};
  useLayoutEffect(() => {
    if (!curve) return;
    drawing.current = name;
    chart.current?.show({
      curve,
      lines,
      cut,
      display: { lines: withLines, telluric, features, errors, smoothing },
      ...(from !== undefined && to !== undefined && { stretch: { from, to } }),
    });
  }, [curve, name, lines, cut, withLines, telluric, features, errors, smoothing, from, to, compact]);

  useEffect(() => {
    if (!curve) frame.current?.removeAttribute('data-drawn');
  }, [curve]);

  return (
    <div ref={frame} className={styles.plot} role="img" aria-label={`Spectrum ${name}`}>
      <div ref={target} className={styles.chart} />
      <div ref={reading} className={styles.reading} />
      {!curve && <div className={styles.absent}>{absent}</div>}
    </div>
  );
}

function describe({ wavelength, flux }: PlotReading): string {
  const velocity = Math.round(dopplerVelocity(wavelength));
  const sign = velocity < 0 ? '−' : '+';
  const value = flux === undefined || flux === null ? '' : ` · flux ${Number(flux.toPrecision(5))}`;
  return `${wavelength.toFixed(1)} Å · ${sign}${Math.abs(velocity)} km/s from Hα${value}`;
}
