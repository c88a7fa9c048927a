import type { Agreement } from '@spectrawl/contracts';

/** From which kappa on an agreement is called so: Landis & Koch (1977), Biometrics 33, 159, table 2. */
const STRENGTHS = [
  [0.8, 'almost perfect'],
  [0.6, 'substantial'],
  [0.4, 'moderate'],
  [0.2, 'fair'],
  [0, 'slight'],
] as const;

type Measured = Pick<Agreement, 'kappa' | 'kappaLower' | 'kappaUpper' | 'kappaStandardError' | 'equal' | 'questions'>;

/** Kappa with two decimals; a dash where chance explains everything. */
export function kappaText({ kappa }: Pick<Agreement, 'kappa'>): string {
  return kappa === undefined ? '–' : signed(kappa);
}

/** The 95 % interval of kappa; empty where there is none, in words where it says nothing. */
export function intervalText({ kappaLower, kappaUpper, kappaStandardError }: Measured): string {
  if (kappaLower === undefined || kappaUpper === undefined) return '';
  // Without any disagreement the large-sample error is 0, which says nothing.
  if (kappaStandardError === 0) return 'all equal';
  return `${signed(kappaLower)} – ${signed(kappaUpper)}`;
}

/** What an agreement of this kappa is called. */
export function strengthText({ kappa, questions }: Pick<Agreement, 'kappa' | 'questions'>): string {
  if (questions === 0) return 'nothing compared yet';
  if (kappa === undefined) return 'one class only: nothing to tell from chance';
  return STRENGTHS.find(([least]) => kappa > least)?.[1] ?? 'poor';
}

/** Share of equal answers; undefined without questions. */
export function equalShare({ equal, questions }: Pick<Agreement, 'equal' | 'questions'>): number | undefined {
  return questions === 0 ? undefined : equal / questions;
}

function signed(value: number): string {
  return value.toFixed(2).replace('-', '−');
}
