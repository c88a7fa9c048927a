import { create } from '@bufbuild/protobuf';
import { CampaignSchema, Iteration_Step, IterationSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { withChange } from './watch.ts';

const iteration = (number: number, step: Iteration_Step) => create(IterationSchema, { number, step });

it('changes are laid over what is known, by number', () => {
  const campaign = create(CampaignSchema, { campaignId: 'be-stars' });
  const known = withChange({ iterations: [] }, campaign, [iteration(0, Iteration_Step.LABELLING)]);
  const later = withChange(known, undefined, [iteration(1, Iteration_Step.SCORING), iteration(0, Iteration_Step.DONE)]);
  expect(later.campaign).toBe(campaign);
  expect(later.iterations.map(({ number, step }) => [number, step])).toEqual([
    [0, Iteration_Step.DONE],
    [1, Iteration_Step.SCORING],
  ]);
  expect(withChange(later, campaign, []).iterations).toBe(later.iterations);
});
