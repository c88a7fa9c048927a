import { create } from '@bufbuild/protobuf';
import {
  BatchProgressSchema,
  Campaign_State,
  CampaignSchema,
  Iteration_Step,
  IterationKind,
  IterationSchema,
  ScoringRunSchema,
  TrainingRunSchema,
} from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { ringState } from './ring-state.ts';

const running = create(CampaignSchema, { campaignId: 'be-stars', state: Campaign_State.RUNNING });

describe('the ring', () => {
  it('is idle before the start', () => {
    const state = ringState(create(CampaignSchema, { state: Campaign_State.CREATED }), undefined, {});
    expect(state).toMatchObject({ mood: 'idle' });
    expect(state.current).toBeUndefined();
    expect(state.segments.map(({ state: at }) => at)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  });

  it('fills the running step by what its service reports', () => {
    const iteration = create(IterationSchema, {
      number: 2,
      step: Iteration_Step.SCORING,
      seconds: { training: 41.5 },
    });
    const scoring = create(ScoringRunSchema, { iteration: 2, shardsPlanned: 32, shardsScored: 8 });
    const state = ringState(running, iteration, { scoring });
    expect(state).toMatchObject({ current: 'score', mood: 'running', iteration: { number: 2, isFinal: false } });
    expect(state.segments).toEqual([
      { step: 'train', state: 'done', progress: 1, seconds: 41.5 },
      { step: 'score', state: 'running', progress: 0.25 },
      { step: 'select', state: 'waiting', progress: 0 },
      { step: 'label', state: 'waiting', progress: 0 },
    ]);
  });

  it('takes no report of another iteration', () => {
    const iteration = create(IterationSchema, { number: 3, step: Iteration_Step.TRAINING });
    const training = create(TrainingRunSchema, { iteration: 2, progress: { epoch: 9, maxEpochs: 10 } });
    expect(ringState(running, iteration, { training }).segments[0]?.progress).toBe(0);
  });

  it('waits for people while a batch is open', () => {
    const iteration = create(IterationSchema, { number: 0, step: Iteration_Step.LABELLING });
    const batch = create(BatchProgressSchema, { iteration: 0, tasks: 130, answered: 26 });
    const state = ringState(running, iteration, { batch });
    expect(state).toMatchObject({ current: 'label', mood: 'labelling' });
    expect(state.segments[3]?.progress).toBe(0.2);
  });

  it.each([
    [{ state: Campaign_State.PAUSED }, 'paused'],
    [{ state: Campaign_State.FAILED, problem: 'a shard is gone' }, 'failed'],
    [{ state: Campaign_State.RUNNING, problem: 'waits for the store' }, 'delayed'],
    [{ state: Campaign_State.COMPLETED }, 'completed'],
  ])('of %j is %s', (campaign, mood) => {
    const iteration = create(IterationSchema, { kind: IterationKind.FINAL, step: Iteration_Step.DONE });
    const state = ringState(create(CampaignSchema, campaign), iteration, {});
    expect(state).toMatchObject({ mood, iteration: { isFinal: true } });
    expect(state.segments.every(({ state: at }) => at === 'done')).toBe(true);
  });
});
