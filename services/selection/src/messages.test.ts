import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { estimatePerformance } from '@spectrawl/active-learning';
import {
  Campaign_State,
  CampaignSchema,
  Candidate_Origin,
  CandidateSchema,
  Iteration_Step,
  IterationSchema,
} from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { after, campaignRow, iterationRow } from '../test/rows.ts';
import type { Candidate } from './candidate.ts';
import { campaignMessage, candidateMessage, iterationMessage } from './messages.ts';

const CLASSES = ['absorption', 'single-peak', 'double-peak'];

describe('a campaign as a message', () => {
  it('carries its whole method, nulls included, over the wire', () => {
    const row = campaignRow();
    const sent = campaignMessage(row, 110);
    const message = fromBinary(CampaignSchema, toBinary(CampaignSchema, sent));
    expect(message.method).toEqual(row.method);
    expect(message).toMatchObject({ seed: 9_007_199_254_740_991n, labelsSpent: 110, classes: CLASSES });
    expect(message.catalogue).toBeUndefined();
    expect(message.endTime).toBeUndefined();
  });

  it('carries its catalogue once there is one', () => {
    const catalogue = {
      candidates: 3,
      classCounts: [0, 2, 1],
      threshold: 0.62,
      certified: true,
      errorUpper: 0.05,
      keys: { csv: 'a.csv' },
    };
    const message = campaignMessage(campaignRow({ state: 'completed', catalogue, end_time: after(60) }), 0);
    expect(message).toMatchObject({ state: Campaign_State.COMPLETED, catalogue });
  });
});

describe('an iteration as a message', () => {
  it('tells the seconds of the steps that ended', () => {
    const row = iterationRow({ step: 'scoring', trained_time: after(90) });
    expect(iterationMessage(row, CLASSES)).toMatchObject({
      step: Iteration_Step.SCORING,
      poolSize: 0n,
      seconds: { training: 90, scoring: 0, selecting: 0, labelling: 0 },
    });
    const done = iterationRow({
      step: 'done',
      trained_time: after(90),
      scored_time: after(150),
      asked_time: after(151.5),
      end_time: after(200),
    });
    expect(iterationMessage(done, CLASSES).seconds).toMatchObject({
      training: 90,
      scoring: 60,
      selecting: 1.5,
      labelling: 48.5,
    });
  });

  it('tells the estimate under the campaign’s criterion, with what it was drawn from', () => {
    const class_counts = [900, 60, 40];
    const answers = [
      { predicted: 1, answer: 1 },
      { predicted: 1, answer: 2 },
      { predicted: 2, answer: 'undecided' as const },
    ];
    const estimateBy = (criterion: 'positive' | 'exact') => {
      const target = { maxError: 0.065, confidence: 0.95 };
      const estimate = estimatePerformance(answers, { classCount: 3, target, criterion, drawnFrom: class_counts });
      const row = iterationRow({ step: 'done', class_counts, estimate });
      return fromBinary(IterationSchema, toBinary(IterationSchema, iterationMessage(row, CLASSES)));
    };
    const message = estimateBy('positive');
    expect(message).toMatchObject({ poolSize: 1000n, classCounts: [900n, 60n, 40n] });
    expect(message.estimate).toMatchObject({
      confidence: 0.95,
      targetError: 0.065,
      certified: false,
      overall: { class: '', population: 100n, audited: 3, right: 2, wrong: 0, undecided: 1 },
      byClass: [
        { class: 'single-peak', population: 60n, audited: 2, right: 1, wrong: 1, undecided: 0 },
        { class: 'double-peak', population: 40n, audited: 1, right: 0, wrong: 0, undecided: 1 },
      ],
    });
    expect(estimateBy('exact').estimate?.overall).toMatchObject({ right: 1, wrong: 1, undecided: 1 });
  });

  it('leaves out an error that nobody knows', () => {
    const estimate = estimatePerformance([], { classCount: 3, target: { maxError: 0.065, confidence: 0.95 } });
    const { overall } = iterationMessage(iterationRow({ class_counts: [9, 0, 0], estimate }), CLASSES).estimate!;
    expect(overall!.error).toBeUndefined();
    expect(overall).toMatchObject({ errorLower: 0, errorUpper: 1, errorBound: 1, population: 0n });
  });
});

describe('a candidate as a message', () => {
  const candidate: Candidate = {
    spectrumId: 'spec-1',
    class: 'double-peak',
    origin: 'labelled',
    emissionProbability: 0.75,
    probabilities: [0.25, 0.5, 0.25],
    designation: null,
    ra: 0,
    dec: null,
    snr: null,
  };

  it('has the fields that the survey states, zero included, and no others', () => {
    const message = fromBinary(CandidateSchema, toBinary(CandidateSchema, candidateMessage('survey', 4, candidate)));
    expect(message).toMatchObject({ rank: 4, poolId: 'survey', ra: 0, origin: Candidate_Origin.LABELLED });
    for (const field of ['designation', 'dec', 'snr'] as const) expect(message[field]).toBeUndefined();
  });
});
