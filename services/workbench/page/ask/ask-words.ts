import { AskedSpectrum_Outcome, type AskedSpectrum } from '@spectrawl/contracts';

/** Spectra that one request can ask about: the contract's limit. */
export const MOST_SPECTRA = 200;

const WORDS = [
  [AskedSpectrum_Outcome.ASKED, 'asked'],
  [AskedSpectrum_Outcome.ALREADY_ASKED, 'already asked'],
  [AskedSpectrum_Outcome.ALREADY_LABELLED, 'already labelled'],
] as const;

/** What came of asking, such as '3 asked, 1 already labelled'; of one spectrum without the number. */
export function outcomeText(spectra: readonly Pick<AskedSpectrum, 'outcome'>[]): string {
  const parts = WORDS.flatMap(([outcome, word]) => {
    const count = spectra.filter((one) => one.outcome === outcome).length;
    return count === 0 ? [] : [spectra.length === 1 ? word : `${count} ${word}`];
  });
  return sentence(parts.join(', '));
}

/** Why nothing can be asked; undefined when it can. @param isOpen whether a batch waits for labels; undefined while that is not known */
export function obstacleText(isOpen: boolean | undefined, spectra: number): string | undefined {
  if (isOpen === undefined) return 'Looking for an open batch…';
  if (!isOpen) return 'No batch waits for labels: you can ask while one does.';
  if (spectra === 0) return 'None of them is in the pool that the campaign searches.';
  if (spectra > MOST_SPECTRA) return `At most ${MOST_SPECTRA} at a time: select fewer.`;
  return undefined;
}

/** A message of a service as a sentence of the page. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
