import type { Presence } from '@spectrawl/contracts';
import type { Failure } from '../app/failure.ts';

/** Minutes that Presence.recent_labels looks back. */
const RECENT_MINUTES = 5;

/** Who else labels, what, and how fast. @param own the annotator who reads it */
export function othersText(present: readonly Presence[], own: string): string {
  const others = present.filter(({ annotator }) => annotator !== own);
  return others.map(presenceText).join(' · ');
}

function presenceText({ annotator, spectrumId, recentLabels }: Presence): string {
  const pace = recentLabels > 0 ? ` (${Number((recentLabels / RECENT_MINUTES).toFixed(1))}/min)` : '';
  return spectrumId === '' ? `${annotator} was here${pace}` : `${annotator} looks at ${spectrumId}${pace}`;
}

/** What is wrong with the connection, and where answers are meanwhile; empty when all is well. */
export function connectionText(failure: Failure | undefined, kept: number): string {
  const answers = kept === 1 ? '1 answer is' : `${kept} answers are`;
  if (!failure) return kept === 0 ? '' : `${answers} on the way`;
  const trouble = failure.signedOut
    ? 'You are signed out: sign in in another tab'
    : failure.away && failure.service !== undefined
      ? `${failure.service === 'workbench' ? 'The workbench' : `The service ${failure.service}`} does not answer`
      : `${failure.message.charAt(0).toUpperCase()}${failure.message.slice(1)}`;
  return kept === 0
    ? `${trouble}; trying again`
    : `${trouble}; ${answers} kept in this browser and sent as soon as possible`;
}
