import { Annotator_Kind, Campaign_State, type Label } from '@spectrawl/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { connectSpectrawl, type Spectrawl } from './connect.ts';
import { answerer, runOracle } from './oracle.ts';
import { UsageError } from './terminal/failure.ts';
import { CampaignStandIn, CLASSES } from './testing/campaign-stand-in.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function campaignOf(batches: readonly number[]): Promise<{ standIn: CampaignStandIn; spectrawl: Spectrawl }> {
  const standIn = new CampaignStandIn(batches);
  await standIn.start();
  cleanups.push(() => standIn.stop());
  const spectrawl = connectSpectrawl(standIn.address);
  cleanups.push(() => spectrawl.close());
  return { standIn, spectrawl };
}

/** Spectrum ids of the stand-in's sky. */
function idOf(index: number): string {
  return `sim-lamost-1-${String(index).padStart(7, '0')}`;
}

function answerOf({ decision }: Label): unknown {
  return decision?.answer.value;
}

describe('the oracle', () => {
  it('answers batch after batch from the truth, and unsure where it knows nothing, until the campaign is completed', async () => {
    const { standIn, spectrawl } = await campaignOf([7, 130, 2]);
    const truth = new Map(Array.from({ length: 138 }, (_, index) => [idOf(index), CLASSES[index % 3]!]));
    const told: string[] = [];
    const answers = await runOracle(spectrawl, {
      campaignId: 'hunt',
      truth,
      name: 'simulated-oracle',
      onAnswer: (answer) => told.push(answer.class ?? 'unsure'),
    });
    expect(answers).toBe(139);
    expect(standIn.state).toBe(Campaign_State.COMPLETED);
    expect(standIn.log.map((label) => label.spectrumId)).toEqual(
      Array.from({ length: 139 }, (_, index) => idOf(index)),
    );
    expect(standIn.log.slice(0, 138).map(answerOf)).toEqual([...truth.values()]);
    expect(standIn.log.at(-1)?.decision?.answer.case).toBe('abstention');
    expect(told).toEqual([...truth.values(), 'unsure']);
    expect(new Set(standIn.log.map(({ annotator }) => annotator?.kind))).toEqual(new Set([Annotator_Kind.SIMULATED]));
    expect(standIn.earlyLeases).toBe(3);
  });

  it('waits for what others hold', async () => {
    const { standIn, spectrawl } = await campaignOf([3]);
    await spectrawl.labelling.leaseTasks({ campaignId: 'hunt', annotator: { name: 'ada' }, maxTasks: 1 });
    const { tasks } = await spectrawl.labelling.leaseTasks({
      campaignId: 'hunt',
      annotator: { name: 'ada' },
      maxTasks: 1,
    });
    expect(tasks).toHaveLength(1);
    const twoAnswered = Promise.withResolvers<void>();
    const running = runOracle(spectrawl, {
      campaignId: 'hunt',
      truth: new Map(),
      name: 'oracle',
      onAnswer: ({ progress }) => {
        if (progress?.answered === 2) twoAnswered.resolve();
      },
    });
    await twoAnswered.promise;
    await spectrawl.labelling.releaseTasks({ taskIds: [tasks[0]!.taskId], annotator: 'ada' });
    expect(await running).toBe(3);
    expect(standIn.log.map(({ annotator }) => annotator?.name)).toEqual(['oracle', 'oracle', 'oracle']);
  });

  it('waits for services that come back, and gives no answer twice', async () => {
    const { standIn, spectrawl } = await campaignOf([20]);
    let restart: Promise<void> | undefined;
    const waits: string[] = [];
    const answers = await runOracle(spectrawl, {
      campaignId: 'hunt',
      truth: new Map(),
      name: 'oracle',
      onAnswer: ({ progress }) => {
        if (progress?.answered === 5) restart ??= standIn.stop();
      },
      onWait: ({ message }) => {
        waits.push(message);
        if (waits.length === 1) void restart?.then(() => standIn.start());
      },
    });
    expect(waits[0]).toContain('no service answers');
    expect(answers).toBe(standIn.log.length);
    expect(new Set(standIn.log.map(({ taskId }) => taskId)).size).toBe(20);
  });

  it('ends with the reason of its signal', async () => {
    const { standIn, spectrawl } = await campaignOf([50]);
    const abort = new AbortController();
    const running = runOracle(spectrawl, {
      campaignId: 'hunt',
      truth: new Map(),
      name: 'oracle',
      signal: abort.signal,
      onAnswer: ({ progress }) => {
        if (progress?.answered === 3) abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(standIn.log).toHaveLength(3);
  });

  it('ends when the campaign fails, does not exist, or no service answers', async () => {
    const { standIn, spectrawl } = await campaignOf([1]);
    const options = { campaignId: 'hunt', truth: new Map<string, string>(), name: 'oracle' };
    standIn.state = Campaign_State.FAILED;
    await expect(runOracle(spectrawl, options)).rejects.toThrow('spectrawl campaigns resume hunt');
    await standIn.stop();
    await expect(runOracle(spectrawl, options)).rejects.toThrow('no service answers');
  });
});

describe("the oracle's answers", () => {
  const ids = Array.from({ length: 4000 }, (_, index) => idOf(index));
  const truth = new Map(ids.map((id, index) => [id, CLASSES[index % 3]!]));
  const asked = (mistakes: number, seed: number): (string | undefined)[] => {
    const answer = answerer({ truth, mistakes, seed });
    return ids.map((spectrumId) => answer({ spectrumId, classes: CLASSES }));
  };

  it('are the truth without mistakes, and never with nothing but mistakes', () => {
    expect(asked(0, 1)).toEqual([...truth.values()]);
    const wrong = asked(1, 1);
    expect(wrong.filter((name, at) => name === truth.get(ids[at]!))).toEqual([]);
    expect(new Set(wrong)).toEqual(new Set(CLASSES));
  });

  it('have the share of mistakes that was asked for, drawn by the seed', () => {
    const answers = asked(0.1, 7);
    const mistakes = answers.filter((name, at) => name !== truth.get(ids[at]!)).length;
    // Of 4000 draws at 0.1: 400 ± 5 standard deviations of 19.
    expect(Math.abs(mistakes - 400)).toBeLessThan(95);
    expect(asked(0.1, 7)).toEqual(answers);
    expect(asked(0.1, 8)).not.toEqual(answers);
  });

  it('refuse a truth that the campaign has no class for', () => {
    const answer = answerer({ truth: new Map([['a', 'nova']]) });
    expect(() => answer({ spectrumId: 'a', classes: CLASSES })).toThrow(UsageError);
    expect(answer({ spectrumId: 'b', classes: CLASSES })).toBeUndefined();
  });
});
