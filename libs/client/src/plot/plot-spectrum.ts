import { BrailleCanvas } from './braille-canvas.ts';
import type { LineMarker } from './line-markers.ts';
import { smooth } from './smooth.ts';

/** What is plotted, and how large. */
export interface SpectrumPlot {
  /** Å, ascending. */
  wavelength: ArrayLike<number>;
  /** One value a wavelength, in any unit; NaN where there is none. */
  flux: ArrayLike<number>;
  /** Ends of the wavelength axis, Å. */
  from: number;
  to: number;
  /** Size of the whole plot in characters, axes included. */
  columns: number;
  rows: number;
  /** Lines to mark; where names would overlap, the earlier one is shown. */
  markers?: readonly LineMarker[];
  /** Pixels that are averaged; odd. Default: 1 */
  smoothing?: number;
  /** Share of the highest and of the lowest values that may be cut off, so that a cosmic ray does not flatten the rest. Default: 0 */
  cut?: number;
  paint?: Partial<PlotPaint>;
}

/** Colours a part of the plot; the width of its text has to stay. */
export interface PlotPaint {
  trace(text: string): string;
  marker(text: string): string;
  axis(text: string): string;
}

const PLAIN: PlotPaint = { trace: String, marker: String, axis: String };

/** Characters of the flux axis, its line included. */
const FLUX_AXIS = 10;
/** Rows of the markers' names, the wavelength axis, and its numbers. */
const FRAME_ROWS = 3;
/** Characters for each number on the wavelength axis, at least. */
const TICK_COLUMNS = 10;
const LEAST_COLUMNS = FLUX_AXIS + TICK_COLUMNS;
const LEAST_ROWS = FRAME_ROWS + 2;
/** Share of the flux range that stays free above and below the trace. */
const MARGIN = 0.04;

/**
 * Draws a spectrum in characters: names of lines, the trace with axis of flux, the axis of wavelength and its numbers.
 * @returns `rows` lines of `columns` characters (at least 5 lines of 20)
 */
export function plotSpectrum(plot: SpectrumPlot): string[] {
  const columns = Math.max(plot.columns, LEAST_COLUMNS);
  const rows = Math.max(plot.rows, LEAST_ROWS);
  const paint = { ...PLAIN, ...plot.paint };
  const width = columns - FLUX_AXIS;
  const height = rows - FRAME_ROWS;
  const { from, to } = plot;
  const columnOf = (wavelength: number): number => Math.floor(((wavelength - from) / (to - from)) * width);
  const markers = (plot.markers ?? []).filter(({ wavelength }) => wavelength >= from && wavelength < to);
  const names = placeTexts(
    markers.map(({ name, wavelength }) => ({ text: name, column: columnOf(wavelength) })),
    width,
  );
  const marked = new Set(markers.map(({ wavelength }) => columnOf(wavelength)));
  const { trace, low, high } = drawTrace(plot, width, height);
  const labels = fluxLabels(low, high, height);
  const step = tickStep(from, to, Math.floor(width / TICK_COLUMNS));
  const ticks: { text: string; column: number }[] = [];
  for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) {
    ticks.push({ text: String(Math.round(tick)), column: columnOf(tick) });
  }
  const ticked = new Set(ticks.map(({ column }) => column));
  const axisLine = Array.from({ length: width }, (_, column) => (ticked.has(column) ? '┴' : '─')).join('');
  return [
    `${' '.repeat(FLUX_AXIS)}${paint.marker(names)}`,
    ...trace.map((row, at) => `${paint.axis(`${labels[at]}│`)}${paintRow(row, marked, paint)}`),
    paint.axis(`${'Å '.padStart(FLUX_AXIS - 1)}└${axisLine}`),
    `${' '.repeat(FLUX_AXIS)}${paint.axis(placeTexts(ticks, width))}`,
  ];
}

/** The trace, and the flux at the lower and the upper edge. NaN for both when no pixel lies between the ends. */
function drawTrace(
  { wavelength, flux, from, to, smoothing = 1, cut = 0 }: SpectrumPlot,
  columns: number,
  rows: number,
): { trace: string[]; low: number; high: number } {
  const canvas = new BrailleCanvas(columns, rows);
  const smoothed = smooth(flux, smoothing);
  const [low, high] = fluxRange(wavelength, smoothed, from, to, cut);
  const x = (pixel: number): number => ((wavelength[pixel]! - from) / (to - from)) * canvas.width;
  const y = (pixel: number): number => ((high - smoothed[pixel]!) / (high - low)) * (canvas.height - 1);
  for (let pixel = 0; pixel < smoothed.length; pixel++) {
    if (!Number.isFinite(smoothed[pixel])) continue;
    const isJoined = pixel > 0 && Number.isFinite(smoothed[pixel - 1]);
    if (isJoined) canvas.line(x(pixel - 1), y(pixel - 1), x(pixel), y(pixel));
    else canvas.dot(x(pixel), y(pixel));
  }
  return { trace: canvas.rows(), low, high };
}

function fluxRange(
  wavelength: ArrayLike<number>,
  flux: Float64Array,
  from: number,
  to: number,
  cut: number,
): [low: number, high: number] {
  const seen = flux.filter((value, at) => Number.isFinite(value) && wavelength[at]! >= from && wavelength[at]! <= to);
  if (seen.length === 0) return [NaN, NaN];
  seen.sort();
  const last = seen.length - 1;
  const low = seen[Math.floor(cut * last)]!;
  const high = seen[Math.ceil((1 - cut) * last)]!;
  const margin = high > low ? MARGIN * (high - low) : Math.abs(high) || 1;
  return [low - margin, high + margin];
}

/** The flux at the top, in the middle and at the bottom; spaces on the other rows. */
function fluxLabels(low: number, high: number, rows: number): string[] {
  const width = FLUX_AXIS - 1;
  const middle = Math.floor(rows / 2);
  return Array.from({ length: rows }, (_, row) => {
    const named = row === 0 || row === rows - 1 || (row === middle && rows > LEAST_ROWS);
    if (!named || Number.isNaN(low)) return ' '.repeat(width);
    const value = high - ((high - low) * row) / Math.max(1, rows - 1);
    return `${shortNumber(value)} `.padStart(width);
  });
}

/** A number of at most 8 characters. */
function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 1e7)) return value.toExponential(1);
  return size >= 1000 ? value.toFixed(0) : value.toPrecision(4).slice(0, 8);
}

function paintRow(row: string, marked: ReadonlySet<number>, paint: PlotPaint): string {
  let painted = '';
  let run = '';
  const flush = (): void => {
    if (run !== '') painted += paint.trace(run);
    run = '';
  };
  Array.from(row).forEach((cell, column) => {
    if (cell !== ' ' || !marked.has(column)) {
      run += cell;
      return;
    }
    flush();
    painted += paint.marker('┊');
  });
  flush();
  return painted;
}

/** Puts texts with their middle at a column into a line; one that would touch a text before it in the list is left out. */
function placeTexts(texts: readonly { text: string; column: number }[], width: number): string {
  const line = new Array<string>(width).fill(' ');
  for (const { text, column } of texts) {
    const start = Math.max(0, Math.min(column - Math.floor(text.length / 2), width - text.length));
    const around = line.slice(Math.max(0, start - 1), start + text.length + 1);
    if (around.every((character) => character === ' ')) line.splice(start, text.length, ...text.split(''));
  }
  return line.join('');
}

/** A round step of at most `most` parts. */
function tickStep(from: number, to: number, most: number): number {
  const least = (to - from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((one) => one * power >= least) ?? 10;
  return Math.max(1, factor * power);
}
