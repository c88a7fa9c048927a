import { useCallback, useState } from 'react';
import { stepSmoothing } from './smooth.ts';
import type { PlotDisplay } from './spectrum-chart.ts';

/** What is drawn, and whether the whole spectrum stands below the window around Hα. */
export interface PanelsDisplay extends PlotDisplay {
  full: boolean;
}

/** What can be shown and hidden. */
export type Shown = 'lines' | 'telluric' | 'features' | 'errors' | 'full';

const KEPT = 'spectrawl-plot';
const DEFAULT: PanelsDisplay = { lines: true, telluric: true, features: false, errors: true, full: true, smoothing: 1 };

/** How this browser's user likes to see spectra: kept from one visit to the next, but for the smoothing. */
export function usePlotDisplay() {
  const [display, setDisplay] = useState(kept);
  const toggle = useCallback((what: Shown) => {
    setDisplay((before) => {
      const after = { ...before, [what]: !before[what] };
      localStorage.setItem(KEPT, JSON.stringify(after));
      return after;
    });
  }, []);
  const smoothen = useCallback(
    (by: 1 | -1) => setDisplay((before) => ({ ...before, smoothing: stepSmoothing(before.smoothing, by) })),
    [],
  );
  return { display, toggle, smoothen };
}

function kept(): PanelsDisplay {
  try {
    const { lines, telluric, features, errors, full } = {
      ...DEFAULT,
      ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<PanelsDisplay>),
    };
    return { lines, telluric, features, errors, full, smoothing: DEFAULT.smoothing };
  } catch {
    return DEFAULT;
  }
}
