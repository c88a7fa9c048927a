export const QUERY_STRATEGY_NAMES = ['entropy', 'least-confidence', 'margin', 'random'] as const;

/** How the spectra to ask about are ranked. */
export type QueryStrategyName = (typeof QUERY_STRATEGY_NAMES)[number];
