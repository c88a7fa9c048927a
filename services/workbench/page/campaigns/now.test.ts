import { create } from '@bufbuild/protobuf';
import { BatchProgressSchema, ScoringRunSchema, TrainingRun_State, TrainingRunSchema } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { describeNow } from './now.ts';
import type { RingState, RingStep } from './ring-state.ts';

const at = (current: RingStep): RingState => ({
  segments: [],
  current,
  iteration: { number: 1, isFinal: false },
  mood: 'running',
});

describe('what happens now', () => {
  it('in training is the epoch and what is left at most', () => {
    const training = create(TrainingRunSchema, {
      state: TrainingRun_State.TRAINING,
      progress: {
        epoch: 12,
        maxEpochs: 1000,
        loss: 0.04312,
        accuracy: 0.982,
        examplesPerSecond: 3120,
        secondsLeft: 200,
      },
    });
    expect(describeNow(at('train'), { training }, undefined, '').details).toEqual([
      'epoch 12 of at most 1000',
      'loss 0.0431 nats, 98.2 % right',
      '3\u2009120 spectra/s, at most 3 min 20 s left',
    ]);
  });

  it('in scoring is the shards, the rate and the time left', () => {
    const scoring = create(ScoringRunSchema, { shardsPlanned: 32, shardsScored: 8, rowsScored: 1_048_576n });
    expect(describeNow(at('score'), { scoring }, { rate: 41_236, secondsLeft: 76 }, '')).toEqual({
      headline: 'Scoring the pool',
      details: ['8 of 32 shards, 1\u2009048\u2009576 spectra', '41\u2009200 spectra/s, 1 min 16 s left'],
    });
  });

  it('in labelling is how far the batch is', () => {
    const batch = create(BatchProgressSchema, { tasks: 130, answered: 26, unsure: 2 });
    expect(describeNow(at('label'), { batch }, undefined, '').details).toEqual(['26 of 130 answered', '2 unsure']);
  });

  it('in the end is why it ended', () => {
    const state: RingState = { segments: [], mood: 'completed' };
    expect(describeNow(state, {}, undefined, 'A user stopped the loop.').details).toEqual(['A user stopped the loop.']);
  });
});
