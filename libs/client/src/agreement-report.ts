import type { Agreement, GetAgreementResponse } from '@spectrawl/contracts';
import { percent } from './iteration-rows.ts';
import { columns } from './terminal/columns.ts';

const HEADER = ['annotators', 'spectra', 'equal', 'kappa', '95 % interval'];

/** How far annotators agree, as lines for a person. */
export function agreementReport(found: GetAgreementResponse): string {
  const rows = [
    ...found.pairs.map(({ first, second, agreement }) => row(`${first} · ${second}`, agreement)),
    ...found.annotators
      .filter(({ withOneself }) => (withOneself?.questions ?? 0) > 0)
      .map(({ annotator, withOneself }) => row(`${annotator} · the same, later`, withOneself)),
  ];
  if (rows.length === 0) return nothingText(found);
  const upheld = found.annotators
    .filter(({ adjudicated }) => adjudicated > 0)
    .map((one) => `${one.annotator}: ${one.upheld} of ${one.adjudicated} settled as answered`);
  return [
    columns(HEADER, rows),
    '',
    ...found.pairs.flatMap(({ first, second, agreement }) =>
      agreement ? [`${first} (rows) and ${second} (columns)`, matrix(found.categories, agreement), ''] : [],
    ),
    ...upheld,
    `${found.disagreementsOpen} disagreements open, ${found.overlapsWaiting} spectra wait for a second person`,
  ].join('\n');
}

function row(who: string, agreement: Agreement | undefined): (string | number)[] {
  const { questions = 0, equal = 0, kappa, kappaLower, kappaUpper } = agreement ?? {};
  return [
    who,
    questions,
    questions === 0 ? '–' : percent(equal / questions),
    kappa === undefined ? '–' : kappa.toFixed(2),
    kappaLower === undefined || kappaUpper === undefined ? '–' : `${kappaLower.toFixed(2)} to ${kappaUpper.toFixed(2)}`,
  ];
}

function matrix(categories: readonly string[], { confusion }: Agreement): string {
  const size = categories.length;
  return columns(
    ['', ...categories],
    categories.map((name, at) => [name, ...confusion.slice(at * size, (at + 1) * size)]),
  );
}

function nothingText({ annotatorsTotal, overlapShare, overlapsWaiting }: GetAgreementResponse): string {
  if (annotatorsTotal <= 1) {
    return `nobody to compare: ${annotatorsTotal === 0 ? 'nothing is labelled yet' : 'one annotator so far'}; ${percent(overlapShare)} of the spectra go to a second one`;
  }
  return `nothing was answered twice yet: ${overlapsWaiting} spectra wait for a second person`;
}
