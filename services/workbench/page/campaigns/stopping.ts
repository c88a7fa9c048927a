import { resolveMethod, type CampaignMethod } from '@spectrawl/active-learning';
import { Campaign_State, Iteration_Step, IterationKind, type Campaign, type Iteration } from '@spectrawl/contracts';
import { percentage } from '../ui/words.ts';

/** One of the ways in which the loop can end, and how far it is on it. */
export interface EndOfLoop {
  name: 'certified' | 'iterations' | 'labels';
  /** What it takes, e.g. "error of predicted positives ≤ 6.5 %, at 95 % confidence". */
  rule: string;
  /** Where it stands, e.g. "bound 12.4 % after 130 audits; 45 more right answers would do". */
  stands: string;
  /** 0 to 1. */
  progress: number;
  reached: boolean;
}

/** The method of a campaign as its service resolved it. @throws {ActiveLearningError} for one of a newer version */
export function methodOf({ method }: Campaign): CampaignMethod {
  // The service sends it whole: no value of the preset is left.
  return resolveMethod('default', (method ?? {}) as Partial<CampaignMethod>);
}

/** Audits needed are told as this number where no number of right answers would do. */
const OUT_OF_REACH = 1_000_000;

/** The ways in which a campaign's loop can end, in the order in which the rule asks for them; whichever comes first ends it. */
export function endsOfLoop(campaign: Campaign, iterations: readonly Iteration[]): EndOfLoop[] {
  const { stopping } = methodOf(campaign);
  const finished = iterations.filter(({ step, kind }) => step === Iteration_Step.DONE && kind === IterationKind.LOOP);
  return [
    certification(stopping, iterations, finished.length),
    ...(stopping.maxIterations === null ? [] : [limit('iterations', stopping.maxIterations, finished.length)]),
    ...(stopping.maxLabels === null ? [] : [limit('labels', stopping.maxLabels, campaign.labelsSpent)]),
  ];
}

function certification(
  { maxError, confidence, criterion, minIterations }: CampaignMethod['stopping'],
  iterations: readonly Iteration[],
  finished: number,
): EndOfLoop {
  const what = criterion === 'positive' ? 'showing no emission' : 'not of the predicted class';
  const rule = `Predicted positives ${what}: at most ${percentage(maxError)}, certified at ${percentage(confidence)} confidence${
    minIterations > 0 ? `, not before ${minIterations} iterations` : ''
  }`;
  const estimate = iterations.findLast(({ estimate: audit }) => audit !== undefined)?.estimate;
  const { overall } = estimate ?? {};
  if (!estimate || !overall || overall.audited === 0)
    return { name: 'certified', rule, stands: 'No audit is answered yet', progress: 0, reached: false };
  const bound = `Bound ${percentage(overall.errorBound)} after ${overall.audited} audits`;
  if (estimate.certified) {
    const isEarly = finished < minIterations;
    return {
      name: 'certified',
      rule,
      stands: isEarly
        ? `${bound}: certified; looks on for what it still misses, ${finished} of ${minIterations} iterations`
        : `${bound}: certified`,
      progress: isEarly ? finished / minIterations : 1,
      reached: !isEarly,
    };
  }
  const needed = estimate.auditsNeeded;
  const missing =
    needed >= OUT_OF_REACH ? 'out of reach with this error' : `${needed} further right answers would certify it`;
  return {
    name: 'certified',
    rule,
    stands: `${bound}; ${missing}`,
    progress: needed >= OUT_OF_REACH ? 0 : overall.audited / (overall.audited + needed),
    reached: false,
  };
}

function limit(name: 'iterations' | 'labels', most: number, done: number): EndOfLoop {
  return {
    name,
    rule: `At most ${most} ${name}`,
    stands: `${done} of ${most} ${name}`,
    progress: most === 0 ? 1 : Math.min(1, done / most),
    reached: done >= most,
  };
}

/** What a person may do with a campaign. */
export type CampaignAction = 'start' | 'pause' | 'resume' | 'stop';

/** The actions that change something in a campaign of this state. */
export function possibleActions({ state }: Pick<Campaign, 'state'>): CampaignAction[] {
  switch (state) {
    case Campaign_State.CREATED:
      return ['start'];
    case Campaign_State.RUNNING:
      return ['pause', 'stop'];
    case Campaign_State.PAUSED:
    case Campaign_State.FAILED:
      return ['resume', 'stop'];
    default:
      return [];
  }
}
