import { drawnColour } from '../ui/class-colours.ts';

/** What plots are painted with; each is a CSS colour. */
export interface PlotColours {
  background: string;
  trace: string;
  /** Between one standard deviation below and above. */
  error: string;
  axis: string;
  grid: string;
  line: string;
  /** Where the atmosphere absorbs, over the whole height; and the bar at the foot. */
  telluric: string;
  band: string;
  /** Pixels that the survey trusts with nothing. */
  mask: string;
  /** What the network sees. */
  features: string;
}

const NAMES: Readonly<Record<keyof PlotColours, `--${string}`>> = {
  background: '--raised',
  trace: '--trace',
  error: '--plot-error',
  axis: '--text-muted',
  grid: '--grid',
  line: '--plot-marker',
  telluric: '--plot-telluric',
  band: '--plot-band',
  mask: '--plot-mask',
  features: '--plot-features',
};

/** The colours of the theme that holds now. */
export function readPlotColours(): PlotColours {
  const entries = Object.entries(NAMES).map(([name, token]) => [name, drawnColour(token)]);
  return Object.fromEntries(entries) as Record<keyof PlotColours, string>;
}

/** Calls back whenever the theme changes. @returns ends it */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
