/**
 * The grid on which the network sees a spectrum: evenly spaced vacuum wavelengths around Hα
 * (Škoda, Podsztavek & Tvrdík 2020, A&A 643, A122).
 */
export const FEATURE_GRID = { from: 6519, to: 6732, points: 140 } as const;

/** Number of features of a spectrum. */
export const FEATURE_COUNT = FEATURE_GRID.points;

/** Features are scaled to this range, each spectrum by its own least and greatest value (ibid.). */
export const FEATURE_RANGE = { from: -1, to: 1 } as const;

/** Vacuum wavelengths of the features in Å. */
export const FEATURE_WAVELENGTHS: readonly number[] = Array.from({ length: FEATURE_GRID.points }, (_, i) => {
  const step = (FEATURE_GRID.to - FEATURE_GRID.from) / (FEATURE_GRID.points - 1);
  return i === FEATURE_GRID.points - 1 ? FEATURE_GRID.to : FEATURE_GRID.from + i * step;
});
