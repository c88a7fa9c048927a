import { create } from '@bufbuild/protobuf';
import { CampaignSchema, Iteration_Step, IterationSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { pauseBefore, withChange } from './watch.ts';

const iteration = (number: number, step: Iteration_Step) => create(IterationSchema, { number, step });

it('changes are laid over what is known, by number', () => {
  const campaign = create(CampaignSchema, { campaignId: 'be-stars' });
  const known = withChange({ iterations: [] }, campaign, [iteration(0, Iteration_Step.DONE)]);
  const later = withChange(known, undefined, [iteration(1, Iteration_Step.SCORING), iteration(0, Iteration_Step.DONE)]);
  expect(later.campaign).toBe(campaign);
  expect(later.iterations.map(({ number, step }) => [number, step])).toEqual([
    [0, Iteration_Step.DONE],
    [1, Iteration_Step.SCORING],
  ]);
  expect(withChange(later, campaign, []).iterations).toBe(later.iterations);
});

it('tries come ever later, but never later than every 15 seconds', () => {
  expect([1, 2, 3, 5, 6, 40].map(pauseBefore)).toEqual([500, 1000, 2000, 8000, 15_000, 15_000]);
});
