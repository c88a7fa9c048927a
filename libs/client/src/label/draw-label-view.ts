import type { BatchProgress, LabellingTask, Spectrum } from '@spectrawl/contracts';
import { FEATURE_GRID, vacuumWavelength, type Medium } from '@spectrawl/spectra';
import { HALPHA_MARKERS, OPTICAL_MARKERS } from '../plot/line-markers.ts';
import { plotSpectrum } from '../plot/plot-spectrum.ts';
import { KEY_HELP } from './label-key.ts';
import { isBlind, networkAnswer, purposeText, type LabelView } from './label-view.ts';

/** How parts of the drawing are set off from each other; the width of a text has to stay. */
export interface LabelPaint {
  title(text: string): string;
  trace(text: string): string;
  marker(text: string): string;
  /** What is there to be read once. */
  faint(text: string): string;
  /** The network's answer. */
  strong(text: string): string;
  warning(text: string): string;
}

/** Without colours. */
export const PLAIN_LABEL_PAINT: LabelPaint = {
  title: String,
  trace: String,
  marker: String,
  faint: String,
  strong: String,
  warning: String,
};

/** Lines of the second plot, the one of the whole spectrum. */
const FULL_ROWS = 9;
/** Share of pixels of the whole spectrum that may lie off the plot: cosmic rays, and the noisy ends. */
const FULL_CUT = 0.005;
const BAR_WIDTH = 30;
/** From the widest to the one that fits everywhere. */
const SHORT_KEYS = [
  '1 2 3 class · Enter accept · u unsure · s skip · z undo · c comment · l lines · f full · + − smooth · ? help · q quit',
  '1 2 3 class · Enter accept · u unsure · s skip · z undo · ? all keys · q quit',
  '1 2 3 class · ? all keys · q quit',
];
const LEAST_PLOT_ROWS = 8;

/** Draws what an annotator sees, as lines of at most `columns` characters. It never has more than `rows` lines, if these are at least 20. */
export function drawLabelView(view: LabelView, columns: number, rows: number, paint: LabelPaint): string[] {
  const cut = (text: string): string => Array.from(text).slice(0, columns).join('');
  const head = [paint.title(cut(titleLine(view)).padEnd(columns)), cut(metadataLine(view.spectrum, view.task))];
  const foot = [
    ...(view.task ? answerLines(view, view.task, cut, paint) : []),
    view.isOffline ? paint.warning(cut(view.message)) : cut(view.message),
    paint.faint(SHORT_KEYS.find((keys) => keys.length <= columns) ?? ''),
  ];
  const free = Math.max(rows - head.length - foot.length, LEAST_PLOT_ROWS);
  return [...head, ...middle(view, columns, free, paint).map((line) => line.trimEnd()), ...foot];
}

/** The plots, the keys, or why there is neither: always as many lines, so that nothing jumps. */
function middle(view: LabelView, columns: number, rows: number, paint: LabelPaint): string[] {
  const { task, spectrum, spectrumProblem, display } = view;
  const cut = (text: string): string => Array.from(text).slice(0, columns).join('');
  const filled = (lines: string[]): string[] => Array.from({ length: rows }, (_, row) => cut(lines[row] ?? ''));
  if (display.help) return filled(['', ...KEY_HELP.map(([keys, meaning]) => `  ${keys.padEnd(14)}${meaning}`)]);
  if (!task) return filled(['', '  no question waits']);
  if (spectrumProblem !== '') return filled(['', `  the spectrum can't be shown: ${spectrumProblem}`]);
  if (!spectrum) return filled(['', '  loading the spectrum …']);
  const wavelength = vacuumWavelength({
    wavelength: Float64Array.from(spectrum.wavelength),
    medium: spectrum.medium as Medium,
  });
  const plot = {
    wavelength,
    flux: spectrum.flux,
    columns,
    smoothing: display.smoothing,
    paint: { trace: paint.trace, marker: paint.marker, axis: paint.faint },
  };
  const withFull = display.full && rows >= FULL_ROWS + LEAST_PLOT_ROWS;
  const halpha = plotSpectrum({
    ...plot,
    from: FEATURE_GRID.from,
    to: FEATURE_GRID.to,
    rows: withFull ? rows - FULL_ROWS : rows,
    markers: display.lines ? HALPHA_MARKERS : [],
  });
  if (!withFull) return halpha;
  const whole = plotSpectrum({
    ...plot,
    from: wavelength[0] ?? FEATURE_GRID.from,
    to: wavelength.at(-1) ?? FEATURE_GRID.to,
    rows: FULL_ROWS,
    markers: display.lines ? OPTICAL_MARKERS : [],
    cut: FULL_CUT,
  });
  return [...halpha, ...whole];
}

function titleLine({ campaignId, annotator, task, isCorrection, progress, display }: LabelView): string {
  const parts = [` ${campaignId}`, annotator];
  if (task) parts.push(`iteration ${task.iteration}`, `task ${task.rank}${isCorrection ? ' (correction)' : ''}`);
  if (progress) parts.push(progressText(progress));
  if (display.smoothing > 1) parts.push(`mean of ${display.smoothing} pixels`);
  return parts.join(' · ');
}

function progressText({ answered, tasks, unsure, skipped }: BatchProgress): string {
  const width = 20;
  const done = tasks === 0 ? 0 : Math.round((answered / tasks) * width);
  const abstained = unsure + skipped > 0 ? ` (${unsure} unsure, ${skipped} skipped)` : '';
  return `${'█'.repeat(done)}${'░'.repeat(width - done)} ${answered} of ${tasks} answered${abstained}`;
}

/** What the survey says: nothing of it comes from the network, so audits show it, too. */
function metadataLine(spectrum: Spectrum | undefined, task: LabellingTask | undefined): string {
  if (!task) return '';
  const parts = [` ${task.spectrumId}`];
  const { designation, ra, dec, snr, surveyClass, surveySubclass, mjd } = spectrum?.metadata ?? {};
  if (designation !== undefined) parts.push(designation);
  if (ra !== undefined && dec !== undefined) parts.push(`RA ${ra.toFixed(5)}° Dec ${dec.toFixed(5)}°`);
  if (snr !== undefined) parts.push(`S/N ${snr.toFixed(1)}`);
  if (surveyClass !== undefined) parts.push([surveyClass, surveySubclass ?? ''].join(' ').trim());
  if (mjd !== undefined) parts.push(`MJD ${mjd.toFixed(0)}`);
  if (spectrum) parts.push(spectrum.survey);
  return parts.join(' · ');
}

function answerLines(
  { comment, isWriting }: LabelView,
  task: LabellingTask,
  cut: (text: string) => string,
  paint: LabelPaint,
): string[] {
  const width = Math.max(...task.classes.map((name) => name.length));
  const best = isBlind(task) ? -1 : networkAnswer(task);
  const classes = task.classes.map((name, at) => {
    const key = ` ${at + 1} ${name.padEnd(width)}`;
    if (isBlind(task)) return cut(key);
    const probability = task.probabilities[at] ?? 0;
    const bar = '█'.repeat(Math.round(probability * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
    const line = cut(`${key}  ${bar} ${probability.toFixed(3)}`);
    return at === best ? paint.strong(line) : line;
  });
  const remark = isWriting
    ? ` comment: ${comment}▏ (Enter: done, Esc: none)`
    : comment === ''
      ? ''
      : ` comment: ${comment}`;
  return [paint.faint(cut(` ${purposeText(task)}`)), ...classes, cut(remark)];
}
