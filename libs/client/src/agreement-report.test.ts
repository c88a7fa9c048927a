import { create } from '@bufbuild/protobuf';
import { GetAgreementResponseSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { agreementReport } from './agreement-report.ts';

const NONE = { overlapShare: 0.1, repeatShare: 0.02 };

it('reports how far annotators agree, and which answers met', () => {
  const agreement = {
    questions: 10,
    equal: 8,
    kappa: 0.6,
    kappaLower: 0.1123,
    kappaUpper: 1,
    confusion: [5, 1, 0, 1, 2, 0, 0, 0, 1],
  };
  const found = create(GetAgreementResponseSchema, {
    ...NONE,
    categories: ['absorption', 'double-peak', 'unsure'],
    pairs: [{ first: 'ada', second: 'grace', agreement }],
    annotators: [
      { annotator: 'ada', withOneself: { questions: 2, equal: 2 }, adjudicated: 1, upheld: 1 },
      { annotator: 'grace', withOneself: {}, adjudicated: 1, upheld: 0 },
    ],
    disagreementsOpen: 1,
    overlapsWaiting: 3,
  });
  expect(agreementReport(found)).toBe(
    [
      'annotators             spectra  equal    kappa  95 % interval',
      'ada · grace                 10  80.0 %   0.60   0.11 to 1.00',
      'ada · the same, later        2  100.0 %  –      –',
      '',
      'ada (rows) and grace (columns)',
      '             absorption  double-peak  unsure',
      'absorption            5            1       0',
      'double-peak           1            2       0',
      'unsure                0            0       1',
      '',
      'ada: 1 of 1 settled as answered',
      'grace: 0 of 1 settled as answered',
      '1 disagreements open, 3 spectra wait for a second person',
    ].join('\n'),
  );
});

it.each([
  [{ annotatorsTotal: 0 }, 'nobody to compare: nothing is labelled yet; 10.0 % of the spectra go to a second one'],
  [{ annotatorsTotal: 1 }, 'nobody to compare: one annotator so far; 10.0 % of the spectra go to a second one'],
  [{ annotatorsTotal: 2, overlapsWaiting: 4 }, 'nothing was answered twice yet: 4 spectra wait for a second person'],
])('says what is missing with %o', (found, text) => {
  expect(agreementReport(create(GetAgreementResponseSchema, { ...NONE, ...found }))).toBe(text);
});
