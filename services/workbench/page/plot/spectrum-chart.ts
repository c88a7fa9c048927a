import { FEATURE_GRID, FEATURE_WAVELENGTHS } from '@spectrawl/spectra';
import uPlot from 'uplot';
import { arrangeLabels } from './line-labels.ts';
import { TELLURIC_BANDS, type LineMarker, type TelluricBand } from './line-markers.ts';
import { readPlotColours, type PlotColours } from './plot-colours.ts';
import { smooth } from './smooth.ts';
import {
  featuresAsFlux,
  fluxRange,
  maskedStretches,
  pixelsWithin,
  type SpectrumCurve,
  type Stretch,
} from './spectrum-curve.ts';

/** What of a spectrum is drawn. */
export interface PlotDisplay {
  /** Markers of spectral lines. */
  lines: boolean;
  /** The atmosphere's bands. */
  telluric: boolean;
  /** The 140 values that the network sees. */
  features: boolean;
  /** One standard deviation around the flux. */
  errors: boolean;
  /** Pixels of the running mean; 1 for none. */
  smoothing: number;
}

/** One drawing: a stretch of a spectrum and what is marked in it. */
export interface PlotScene {
  curve: SpectrumCurve;
  /** Absent: all of it. */
  stretch?: Stretch;
  lines: readonly LineMarker[];
  display: PlotDisplay;
  /** Share of pixels at either end of the flux that may lie off the plot. */
  cut?: number;
}

/** Where the cursor points. */
export interface PlotReading {
  /** Å in vacuum. */
  wavelength: number;
  flux: number | undefined;
}

const FONT = '12px system-ui, sans-serif';
const LABEL_ROWS = 3;
const LABEL_HEIGHT = 14;
/** CSS pixels of the flux axis, the same for every spectrum so that nothing jumps. */
const FLUX_AXIS = 58;
const WAVELENGTH_AXIS = 24;
/** CSS pixels of the bar that marks a band of the atmosphere. */
const BAND_HEIGHT = 5;

/** A spectrum on a canvas. It is created once and shown one scene after the other, which costs a few milliseconds each. */
export class SpectrumChart {
  readonly #plot: uPlot;
  #scene: PlotScene | undefined;
  #shown: ArrayLike<number> = [];
  #colours: PlotColours;
  readonly #onDrawn: () => void;

  /**
   * @param target filled with the chart; its size is taken by `resize`
   * @param options.onRead told where the cursor points; undefined when it leaves
   * @param options.onDrawn told when a scene is on the canvas
   */
  constructor(
    private readonly target: HTMLElement,
    options: { onRead?: (reading: PlotReading | undefined) => void; onDrawn?: () => void; compact?: boolean } = {},
  ) {
    this.#colours = readPlotColours();
    this.#onDrawn = options.onDrawn ?? (() => undefined);
    const axis = {
      font: FONT,
      stroke: () => this.#colours.axis,
      ticks: { show: true, size: 4, stroke: () => this.#colours.grid },
    };
    this.#plot = new uPlot(
      {
        width: Math.max(1, target.clientWidth),
        height: Math.max(1, target.clientHeight),
        legend: { show: false },
        padding: [4, 12, 0, 0],
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: true } },
        scales: { x: { time: false }, y: { auto: false, range: (_, min, max) => [min, max] } },
        series: [
          {},
          {
            stroke: () => this.#colours.trace,
            width: options.compact ? 1 : 1.25,
            points: { show: false },
            spanGaps: false,
          },
        ],
        axes: [
          {
            ...axis,
            size: WAVELENGTH_AXIS,
            gap: 2,
            grid: { stroke: () => this.#colours.grid, width: 1 },
            ...(options.compact
              ? {}
              : {
                  label: 'wavelength in vacuum (Å)',
                  labelSize: 16,
                  labelFont: FONT,
                  labelGap: 0,
                }),
            values: (_, ticks) => ticks.map((tick) => String(Math.round(tick * 10) / 10)),
          },
          {
            ...axis,
            size: FLUX_AXIS,
            gap: 4,
            space: options.compact ? 22 : 40,
            grid: { stroke: () => this.#colours.grid, width: 1 },
            values: (_, ticks) => ticks.map(shortNumber),
          },
        ],
        hooks: {
          drawClear: [() => this.#drawBehind()],
          draw: [() => this.#drawAbove()],
          setCursor: [
            ({ cursor }) => {
              if (!options.onRead) return;
              const { idx, left } = cursor;
              const isAway = left == null || left < 0;
              options.onRead(
                isAway
                  ? undefined
                  : { wavelength: this.#plot.posToVal(left, 'x'), flux: idx == null ? undefined : this.#shown[idx] },
              );
            },
          ],
        },
      },
      [[], []],
      target,
    );
  }

  /** Draws a scene. */
  show(scene: PlotScene): void {
    this.#scene = scene;
    const { curve, display, stretch, cut } = scene;
    const flux = smooth(curve.flux, display.smoothing);
    this.#shown = flux;
    const { wavelength } = curve;
    const whole = { from: wavelength[0] ?? 0, to: wavelength.at(-1) ?? 1 };
    const { from, to } = stretch ?? whole;
    const [low, high] = fluxRange(flux, pixelsWithin(wavelength, { from, to }), cut);
    this.#plot.batch(() => {
      this.#plot.setData(
        [Array.from(wavelength), Array.from(flux, (value) => (Number.isFinite(value) ? value : null))],
        false,
      );
      this.#plot.setScale('x', { min: from, max: to });
      this.#plot.setScale('y', { min: low, max: high });
    });
  }

  /** Takes the size that its target has now. */
  resize(): void {
    const { clientWidth: width, clientHeight: height } = this.target;
    if (width > 0 && height > 0 && (width !== this.#plot.width || height !== this.#plot.height))
      this.#plot.setSize({ width, height });
  }

  /** Draws again with the colours of the theme that holds now. */
  repaint(): void {
    this.#colours = readPlotColours();
    this.#plot.redraw(false, true);
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Bands, masked pixels and errors: everything that the trace is drawn over. */
  #drawBehind(): void {
    const scene = this.#scene;
    const { ctx, bbox } = this.#plot;
    ctx.save();
    ctx.fillStyle = this.#colours.background;
    ctx.fillRect(bbox.left, bbox.top, bbox.width, bbox.height);
    this.#clip();
    if (scene) {
      for (const stretch of maskedStretches(scene.curve)) this.#shade(stretch, this.#colours.mask);
      if (scene.display.telluric) for (const band of TELLURIC_BANDS) this.#drawBand(band);
      if (scene.display.errors) this.#drawErrors(scene);
      this.#drawWindow();
    }
    ctx.restore();
  }

  #drawAbove(): void {
    const scene = this.#scene;
    if (!scene) return;
    const { ctx } = this.#plot;
    ctx.save();
    this.#clip();
    if (scene.display.features) this.#drawFeatures(scene.curve);
    if (scene.display.lines) this.#drawLines(scene.lines);
    ctx.restore();
    this.#onDrawn();
  }

  #clip(): void {
    const { ctx, bbox } = this.#plot;
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
  }

  #x(wavelength: number): number {
    return this.#plot.valToPos(wavelength, 'x', true);
  }

  #y(flux: number): number {
    return this.#plot.valToPos(flux, 'y', true);
  }

  #shade({ from, to }: Stretch, colour: string): void {
    const { ctx, bbox } = this.#plot;
    ctx.fillStyle = colour;
    ctx.fillRect(this.#x(from), bbox.top, this.#x(to) - this.#x(from), bbox.height);
  }

  /** A bar at the foot of the plot; what absorbs throughout is shaded up to the top. */
  #drawBand(band: TelluricBand): void {
    const { ctx, bbox } = this.#plot;
    const left = Math.max(bbox.left, this.#x(band.from));
    const right = Math.min(bbox.left + bbox.width, this.#x(band.to));
    if (right <= left) return;
    const height = BAND_HEIGHT * uPlot.pxRatio;
    const foot = bbox.top + bbox.height;
    if (!band.isFaint) this.#shade(band, this.#colours.telluric);
    ctx.fillStyle = this.#colours.band;
    ctx.fillRect(left, foot - height, right - left, height);
    this.#setFont();
    const text = `⊕ ${band.name}`;
    if (ctx.measureText(text).width > right - left) return;
    ctx.fillStyle = this.#colours.axis;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'bottom';
    ctx.fillText(text, left + 4 * uPlot.pxRatio, foot - height - 2 * uPlot.pxRatio);
  }

  /** The edges of what the network sees. */
  #drawWindow(): void {
    const { ctx, bbox } = this.#plot;
    ctx.strokeStyle = this.#colours.grid;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([2 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    for (const edge of [FEATURE_GRID.from, FEATURE_GRID.to]) {
      ctx.moveTo(this.#x(edge), bbox.top);
      ctx.lineTo(this.#x(edge), bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.setLineDash([]);
  }

  #drawErrors({ curve, display }: PlotScene): void {
    const { wavelength, uncertainty } = curve;
    if (!uncertainty) return;
    const { ctx } = this.#plot;
    const { min = 0, max = 0 } = this.#plot.scales['x'] ?? {};
    const [first, end] = pixelsWithin(wavelength, { from: min, to: max });
    // The mean of n independent pixels is √n times as certain.
    const gain = Math.sqrt(display.smoothing);
    ctx.fillStyle = this.#colours.error;
    const isKnown = (pixel: number): boolean =>
      Number.isFinite(this.#shown[pixel]) && Number.isFinite(uncertainty[pixel]);
    const corner = (pixel: number, sign: 1 | -1): [number, number] => [
      this.#x(wavelength[pixel]!),
      this.#y(this.#shown[pixel]! + (sign * uncertainty[pixel]!) / gain),
    ];
    for (let start = Math.max(0, first - 1); start <= end; start++) {
      if (!isKnown(start)) continue;
      let stop = start;
      while (stop < end && isKnown(stop + 1)) stop++;
      ctx.beginPath();
      for (let pixel = start; pixel <= stop; pixel++) ctx.lineTo(...corner(pixel, 1));
      for (let pixel = stop; pixel >= start; pixel--) ctx.lineTo(...corner(pixel, -1));
      ctx.fill();
      start = stop;
    }
  }

  #drawFeatures(curve: SpectrumCurve): void {
    const { ctx } = this.#plot;
    ctx.strokeStyle = this.#colours.features;
    ctx.fillStyle = this.#colours.features;
    ctx.lineWidth = uPlot.pxRatio;
    ctx.beginPath();
    const points = Array.from(
      featuresAsFlux(curve),
      (flux, at) => [this.#x(FEATURE_WAVELENGTHS[at]!), this.#y(flux)] as const,
    );
    for (const [x, y] of points) ctx.lineTo(x, y);
    ctx.stroke();
    for (const [x, y] of points) {
      ctx.beginPath();
      ctx.arc(x, y, 2 * uPlot.pxRatio, 0, 2 * Math.PI);
      ctx.fill();
    }
  }

  #drawLines(lines: readonly LineMarker[]): void {
    const { ctx, bbox } = this.#plot;
    this.#setFont();
    ctx.textAlign = 'center';
    ctx.textBaseline = 'top';
    const labels = lines
      .map(({ name, wavelength }) => ({ text: name, at: this.#x(wavelength), width: ctx.measureText(name).width }))
      .filter(({ at }) => at >= bbox.left && at <= bbox.left + bbox.width);
    const rows = arrangeLabels(labels, LABEL_ROWS);
    ctx.lineWidth = uPlot.pxRatio;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    for (const [index, { text, at, width }] of labels.entries()) {
      const row = rows[index];
      const top = bbox.top + ((row ?? 0) * LABEL_HEIGHT + 4) * uPlot.pxRatio;
      ctx.strokeStyle = this.#colours.line;
      ctx.beginPath();
      ctx.moveTo(at, row === undefined ? bbox.top : top + LABEL_HEIGHT * uPlot.pxRatio);
      ctx.lineTo(at, bbox.top + bbox.height);
      ctx.stroke();
      if (row === undefined) continue;
      ctx.fillStyle = this.#colours.line;
      const inside = Math.min(Math.max(at, bbox.left + width / 2 + 2), bbox.left + bbox.width - width / 2 - 2);
      ctx.fillText(text, inside, top);
    }
    ctx.setLineDash([]);
  }

  #setFont(): void {
    this.#plot.ctx.font = FONT.replace('12px', `${12 * uPlot.pxRatio}px`);
  }
}

/** A flux as an axis has room for it. */
function shortNumber(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(1) : String(Number(value.toPrecision(4)));
}
