import type { QuarantinedInput } from '@spectrawl/contracts';

/** The quarantined inputs of one reason. */
export interface QuarantineGroup {
  /** As the service names it, such as "truncated". */
  reason: string;
  /** What it means. */
  meaning: string;
  inputs: QuarantinedInput[];
}

/** What the reasons of the ingestion service mean; a reason of a newer service is shown by its name alone. */
const MEANINGS: Readonly<Record<string, string>> = {
  'not-fits': 'The bytes are no FITS file',
  truncated: 'The file ends too early',
  corrupt: 'The file is damaged, or contradicts itself',
  'too-large': 'The file is larger than the limit',
  'unknown-format': 'FITS, but laid out as no loader knows it',
  'no-flux': 'The file holds no flux',
  'bad-wavelength': 'Wavelengths are missing, not finite or not ascending',
  'nan-flux': 'Flux around Hα is not a number',
  'flat-flux': 'Flux around Hα is the same everywhere',
  'coverage-too-short': 'Wavelengths do not cover 6519–6732 Å',
};

/** Groups inputs by their reason, the most frequent first; within a group they keep their order. */
export function quarantineGroups(inputs: readonly QuarantinedInput[]): QuarantineGroup[] {
  const groups = new Map<string, QuarantinedInput[]>();
  for (const input of inputs) {
    const group = groups.get(input.reason);
    if (group) group.push(input);
    else groups.set(input.reason, [input]);
  }
  return [...groups]
    .map(([reason, members]) => ({ reason, meaning: MEANINGS[reason] ?? '', inputs: members }))
    .toSorted((a, b) => b.inputs.length - a.inputs.length || (a.reason < b.reason ? -1 : 1));
}
