import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { resolveMethod, type MethodOverrides } from '@spectrawl/active-learning';
import { Campaign_State, CampaignSchema, Iteration_Step, IterationKind, IterationSchema } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { endsOfLoop, possibleActions } from './stopping.ts';

const campaign = (overrides: MethodOverrides, labelsSpent = 0) =>
  create(CampaignSchema, { labelsSpent, method: resolveMethod('default', overrides) as unknown as JsonObject });
const finished = (number: number, estimate?: MessageInitShape<typeof IterationSchema>['estimate']) =>
  create(IterationSchema, {
    number,
    kind: IterationKind.LOOP,
    step: Iteration_Step.DONE,
    ...(estimate ? { estimate } : {}),
  });

describe('the ends of the loop', () => {
  it('are those that the method sets', () => {
    const ends = endsOfLoop(campaign({ stopping: { maxIterations: 20, maxLabels: 500 } }, 125), [finished(0)]);
    expect(ends).toMatchObject([
      { name: 'certified', stands: 'No audit is answered yet', progress: 0 },
      { name: 'iterations', stands: '1 of 20 iterations', progress: 0.05, reached: false },
      { name: 'labels', stands: '125 of 500 labels', progress: 0.25, reached: false },
    ]);
    expect(endsOfLoop(campaign({ stopping: { maxIterations: null } }), [])).toHaveLength(1);
  });

  it('say how many right answers a certificate lacks', () => {
    const estimate = { auditsNeeded: 42, overall: { audited: 30, wrong: 1, errorBound: 0.149 } };
    const [certified] = endsOfLoop(campaign({ stopping: { minIterations: 0 } }), [finished(0, estimate)]);
    expect(certified).toMatchObject({
      rule: 'Predicted positives showing no emission: at most 6.5 %, certified at 95 % confidence',
      stands: 'Bound 14.9 % after 30 audits; 42 further right answers would certify it',
      progress: 30 / 72,
      reached: false,
    });
  });

  it('say when no number of right answers would do', () => {
    const estimate = { auditsNeeded: 1_000_000, overall: { audited: 30, wrong: 20, errorBound: 0.8 } };
    const [certified] = endsOfLoop(campaign({}), [finished(0, estimate)]);
    expect(certified).toMatchObject({ stands: expect.stringContaining('out of reach') as string, progress: 0 });
  });

  it('a certificate that comes early lets the loop go on', () => {
    const estimate = { certified: true, overall: { audited: 72, errorBound: 0.041 } };
    const iterations = [finished(0), finished(1, estimate)];
    const [early] = endsOfLoop(campaign({ stopping: { minIterations: 5 } }), iterations);
    expect(early).toMatchObject({ progress: 0.4, reached: false });
    const [now] = endsOfLoop(campaign({ stopping: { minIterations: 2 } }), iterations);
    expect(now).toMatchObject({ stands: 'Bound 4.1 % after 72 audits: certified', progress: 1, reached: true });
  });
});

it.each([
  [Campaign_State.CREATED, ['start']],
  [Campaign_State.RUNNING, ['pause', 'stop']],
  [Campaign_State.PAUSED, ['resume', 'stop']],
  [Campaign_State.FAILED, ['resume', 'stop']],
  [Campaign_State.COMPLETED, []],
])('a campaign of state %d can be %j', (state, actions) => {
  expect(possibleActions({ state })).toEqual(actions);
});
