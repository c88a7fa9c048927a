import { Campaign_State, Iteration_Step, IterationKind } from '@spectrawl/contracts';
import { Deployment, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import {
  answer,
  begin,
  catalogueOf,
  ingestSurveys,
  iterationsOf,
  METHOD,
  simulateSurveys,
  SMALL_SHARDS,
} from './campaign-at-work.ts';

/** milliseconds; a test runs a campaign or two, on processors that the servers use, too */
const TIMEOUT = 600_000;

/**
 * What a campaign has to be like in every shape of deployment.
 * @param furtherTests what else holds of the campaign `whole`, which is over and was not disturbed
 */
export function describeCampaign(
  options: DeploymentOptions,
  furtherTests: (deployed: () => Deployment) => void = () => undefined,
): void {
  describe(`a campaign in the shape: ${options.shape}`, { timeout: TIMEOUT }, () => {
    const surveys = simulateSurveys();
    const { truth } = surveys.sky;
    let deployment: Deployment;
    let stored = 0;

    beforeAll(async () => {
      deployment = await Deployment.prepare({ ...options, services: SMALL_SHARDS });
      await deployment.start();
      stored = await ingestSurveys(deployment, surveys);
    }, TIMEOUT);
    afterAll(() => deployment.remove());

    it('goes from survey files to a catalogue, and the counts add up', async () => {
      tellOnFailure(deployment);
      await begin(deployment, 'whole', 'default');
      const { answered, last } = await answer(deployment, 'whole', truth);
      expect(last?.state).toBe(Campaign_State.COMPLETED);
      const iterations = await iterationsOf(deployment, 'whole');
      expect(iterations.map(({ kind }) => kind)).toEqual([IterationKind.LOOP, IterationKind.LOOP, IterationKind.FINAL]);
      expect(last?.labelsSpent).toBe(answered);
      for (const { poolSize, classCounts, labelsSpent } of iterations) {
        expect(Number(poolSize)).toBe(stored - labelsSpent);
        expect(classCounts.reduce((sum, count) => sum + count, 0n)).toBe(poolSize);
      }
      const { models } = await deployment.training.listModels({ campaignId: 'whole' });
      expect(models.map(({ modelId }) => modelId)).toEqual(['whole-0', 'whole-1', 'whole-2']);
      // Labels in the log are labels trained on: the seed's, and those of the batches before.
      const seeds = surveys.seed.truth.size;
      expect(models.map((model) => model.trainingSet?.classCounts.reduce((sum, count) => sum + count, 0))).toEqual(
        iterations.map(({ labelsSpent }) => seeds + labelsSpent),
      );
      const { scoringRuns } = await deployment.inference.listScoringRuns({ campaignId: 'whole' });
      for (const run of scoringRuns) {
        expect(run.shardsScored).toBe(run.shardsPlanned);
        expect(Number(run.rowsScored)).toBe(stored);
      }
      const { candidates } = await deployment.selection.listCandidates({ campaignId: 'whole', pageSize: 1000 });
      expect(candidates.length).toBe(last?.catalogue?.candidates);
      expect(candidates.map(({ rank }) => rank)).toEqual(candidates.map((_, at) => at + 1));
    });

    furtherTests(() => deployment);

    it('draws the same batches from the same seed', async () => {
      tellOnFailure(deployment);
      for (const campaignId of ['first', 'second']) {
        await begin(deployment, campaignId, 'skoda-2020', { ...METHOD, finalTraining: { maxEpochs: 8 } });
        await answer(deployment, campaignId, truth);
      }
      const batches = await Promise.all(
        ['first', 'second'].map(async (campaignId) => {
          const { tasks } = await deployment.labelling.listTasks({ campaignId, pageSize: 1000 });
          return tasks.map(({ iteration, rank, spectrumId, purpose }) => ({ iteration, rank, spectrumId, purpose }));
        }),
      );
      expect(batches[0]).toEqual(batches[1]);
      expect(batches[0]!.length).toBeGreaterThan(0);
    });

    it('continues after everything was stopped, and after everything was killed, to the same catalogue', async () => {
      tellOnFailure(deployment);
      await begin(deployment, 'stopped', 'default');
      await deployment.stop();
      await deployment.start();
      const before = await answer(deployment, 'stopped', truth, { atMost: 5 });
      expect(before.answered).toBe(5);
      await deployment.kill();
      await deployment.start();
      const { answered, last } = await answer(deployment, 'stopped', truth);
      expect(last?.labelsSpent).toBe(answered + before.answered);
      await expectSameAsWhole(deployment, 'stopped');
    });

    if (options.shape !== 'separate processes') return;
    it('continues when single services are stopped and killed at their work, to the same catalogue', async () => {
      tellOnFailure(deployment);
      /** The services that have work, or wait for what others do, at a step. */
      const atStep: Partial<Record<Iteration_Step, readonly [name: string, index?: number][]>> = {
        [Iteration_Step.TRAINING]: [['training'], ['selection']],
        [Iteration_Step.SCORING]: [['inference-worker', 1], ['inference']],
        [Iteration_Step.LABELLING]: [['labelling'], ['ingestion']],
      };
      const ends = new Set<string>();
      await begin(deployment, 'shaken', 'default');
      const { answered, last } = await answer(deployment, 'shaken', truth, {
        async onStep(iteration, step) {
          await Promise.all(
            (atStep[step] ?? []).map(async ([name, index]) => {
              const one = deployment.process(name, index);
              if (iteration === 0) await one.kill();
              else await one.stop();
              await one.start();
              ends.add(`${one.name} ${iteration === 0 ? 'killed' : 'stopped'}`);
            }),
          );
        },
      });
      // Steps may pass unseen, but not the one that waits for answers.
      expect(ends).toContain('labelling killed');
      expect(ends).toContain('labelling stopped');
      expect(last?.labelsSpent).toBe(answered);
      await expectSameAsWhole(deployment, 'shaken');
    });
  });
}

/** Holds a campaign against the one that was left alone: the same seed and the same answers. */
async function expectSameAsWhole(deployment: Deployment, campaignId: string): Promise<void> {
  const [whole, other] = await Promise.all(['whole', campaignId].map((id) => iterationsOf(deployment, id)));
  expect(other?.map(({ classCounts }) => classCounts)).toEqual(whole?.map(({ classCounts }) => classCounts));
  expect(await catalogueOf(deployment, campaignId)).toBe(await catalogueOf(deployment, 'whole'));
}

/** Shows, when the test fails, the end of what each process said. */
function tellOnFailure({ processes }: Deployment): void {
  onTestFailed(() => {
    for (const { name, output } of processes) console.error(`${name} said:\n${output.slice(-4_000)}`);
  });
}
