import { create } from '@bufbuild/protobuf';
import { Decision_Abstention, LabelSchema, type Label } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { campaignRow, iterationRow } from '../test/rows.ts';
import type { QuestionRow } from './campaign.repository.ts';
import { estimateAudit } from './close-iteration.ts';

const question = (id: string, predicted: number, purpose: QuestionRow['purpose'] = 'audit'): QuestionRow => ({
  campaign_id: 'demo',
  spectrum_id: id,
  iteration: 0,
  purpose,
  predicted,
  probabilities: [],
});
const label = (spectrumId: string, name: string): Label =>
  create(LabelSchema, { spectrumId, decision: { answer: { case: 'class', value: name } } });
const abstention = (spectrumId: string, value: Decision_Abstention): Label =>
  create(LabelSchema, { spectrumId, decision: { answer: { case: 'abstention', value } } });

const iteration = iterationRow({ class_counts: [900, 60, 40] });
const QUESTIONS = [
  question('right', 1),
  question('other-emission', 1),
  question('nothing', 2),
  question('unsure', 2),
  question('skipped', 1),
  question('unanswered', 1),
  question('query', 1, 'query'),
];
const LABELS = [
  label('right', 'single-peak'),
  label('other-emission', 'double-peak'),
  label('nothing', 'absorption'),
  abstention('unsure', Decision_Abstention.UNSURE),
  abstention('skipped', Decision_Abstention.SKIP),
  label('query', 'absorption'),
  label('imported', 'absorption'),
];

describe('the estimate from an audit', () => {
  it('counts its answers alone; what is not decided counts apart, and as wrong', () => {
    const { positive, exact, criterion } = estimateAudit(campaignRow(), iteration, QUESTIONS, LABELS);
    expect(criterion).toBe('positive');
    expect(positive.overall).toMatchObject({ answered: 6, right: 2, wrong: 1, undecided: 3, error: 4 / 6 });
    expect(exact.overall).toMatchObject({ right: 1, wrong: 2, undecided: 3 });
    expect(exact.byClass[1]).toMatchObject({ answered: 4, right: 1, wrong: 1, undecided: 2 });
    expect(exact.byClass[2]).toMatchObject({ answered: 2, right: 0, wrong: 1, undecided: 1 });
  });

  it('weighs the classes by how many are predicted, where each was audited apart', () => {
    const method = { audit: { finalPerClass: true } };
    const final = iterationRow({ kind: 'final', class_counts: [900, 60, 40] });
    const { positive } = estimateAudit(campaignRow({}, method), final, QUESTIONS, LABELS);
    // Of class 1, 2 of 4 show emission; of class 2, none of 2.
    expect(positive.overall.error).toBeCloseTo(0.6 * 0.5 + 0.4 * 1, 12);
    const loop = estimateAudit(campaignRow({}, method), iteration, QUESTIONS, LABELS);
    expect(loop.positive.overall.error).toBeCloseTo(4 / 6, 12);
  });

  it('without an audit knows nothing', () => {
    const { certified, positive } = estimateAudit(campaignRow(), iteration, [], LABELS);
    expect(certified).toBe(false);
    expect(positive.overall).toMatchObject({ answered: 0, error: null, upperBound: 1 });
  });
});
