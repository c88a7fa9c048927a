import { Campaign_State } from '@spectrawl/contracts';
import { Deployment, OtlpCollector, type CollectedSpan } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { answer, begin, ingestSurveys, METHOD, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';

/** milliseconds; the processes that compute take a while to start, and tests run beside each other */
const TIMEOUT = 300_000;

const ONE_ITERATION = { ...METHOD, stopping: { maxIterations: 1, maxError: 0.01 } };

describe('a process that is asked to end while it scores', { timeout: TIMEOUT }, () => {
  let collector: OtlpCollector;
  let deployment: Deployment;
  const surveys = simulateSurveys();
  let stored = 0;

  beforeAll(async () => {
    collector = await OtlpCollector.start();
    deployment = await Deployment.prepare({
      shape: 'embedded',
      services: { ...SMALL_SHARDS, 'inference-worker': { shards: 1, processes: 1 } },
      environment: () => ({
        LOG_LEVEL: 'debug',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.endpoint}/v1/traces`,
      }),
    });
    await deployment.start();
    stored = await ingestSurveys(deployment, surveys);
  }, TIMEOUT);
  afterAll(async () => {
    await deployment.remove();
    await collector.stop();
  });

  const of = (name: string): CollectedSpan[] => collector.spans.filter((span) => span.name === name);

  it('hands the shard back or finishes it, ends in order, and every shard is scored once in the end', async () => {
    await begin(deployment, 'drained', 'default', ONE_ITERATION);
    const { processes } = deployment;
    await vi.waitFor(() => expect(processes[0]!.output).toContain('shard begun'), { timeout: TIMEOUT, interval: 5 });
    // Rejects where the process does not end with code 0.
    await deployment.stop();
    const begun = of('score shard');
    expect(begun.length).toBeGreaterThan(0);
    const finished = begun.filter(({ isError }) => !isError).length;
    const handedBack = begun.length - finished;

    await deployment.start();
    const { last } = await answer(deployment, 'drained', surveys.sky.truth);
    expect(last?.state).toBe(Campaign_State.COMPLETED);
    const { scoringRuns } = await deployment.inference.listScoringRuns({ campaignId: 'drained' });
    for (const { shardsPlanned, shardsScored, rowsScored } of scoringRuns) {
      expect(shardsScored).toBe(shardsPlanned);
      expect(Number(rowsScored)).toBe(stored);
    }
    await deployment.stop();
    const planned = scoringRuns.reduce((sum, { shardsPlanned }) => sum + shardsPlanned, 0);
    expect(planned).toBeGreaterThan(finished);
    const scored = of('score shard').filter(({ isError }) => !isError);
    expect(scored.length).toBe(planned);
    expect(of('score shard').length).toBe(planned + handedBack);
    expect(of('create spectrawl.inference.shard-scored.v1').length).toBe(planned);
  });
});
