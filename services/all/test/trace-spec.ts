import { Campaign_State } from '@spectrawl/contracts';
import { Deployment, OtlpCollector, type CollectedSpan, type DeploymentOptions } from '@spectrawl/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  begin,
  ingestSurveys,
  iterationsOf,
  METHOD,
  simulateSurveys,
  SMALL_SHARDS,
} from './campaign-at-work.ts';

/** milliseconds; a test runs a campaign, on processors that the servers use, too */
const TIMEOUT = 600_000;

const TOPIC = {
  iterationStarted: 'spectrawl.selection.iteration-started.v1',
  modelTrained: 'spectrawl.training.model-trained.v1',
  shardScoringRequested: 'spectrawl.inference.shard-scoring-requested.v1',
  shardScored: 'spectrawl.inference.shard-scored.v1',
  poolScored: 'spectrawl.inference.pool-scored.v1',
  batchSelected: 'spectrawl.selection.batch-selected.v1',
  batchLabelled: 'spectrawl.labelling.batch-labelled.v1',
};

/** What a collector has to see of a campaign, in every shape of deployment. */
export function describeTraces(options: DeploymentOptions): void {
  describe(`the traces of a campaign in the shape: ${options.shape}`, { timeout: TIMEOUT }, () => {
    let collector: OtlpCollector;
    let deployment: Deployment;
    let shards = 0;
    let iterations = 0;

    beforeAll(async () => {
      collector = await OtlpCollector.start();
      const surveys = simulateSurveys();
      const environment = () => ({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '500',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '1000',
      });
      deployment = await Deployment.prepare({ ...options, services: SMALL_SHARDS, environment });
      await deployment.start();
      await ingestSurveys(deployment, surveys);
      await begin(deployment, 'traced', 'default', { ...METHOD, stopping: { maxIterations: 1, maxError: 0.01 } });
      const { last } = await answer(deployment, 'traced', surveys.sky.truth);
      expect(last?.state).toBe(Campaign_State.COMPLETED);
      iterations = (await iterationsOf(deployment, 'traced')).length;
      shards = (await deployment.inference.listScoringRuns({ campaignId: 'traced' })).scoringRuns[0]!.shardsPlanned;
      // Whatever was not sent yet is sent now.
      await deployment.stop();
    }, TIMEOUT);
    afterAll(async () => {
      await deployment.remove();
      await collector.stop();
    });

    const roots = (): CollectedSpan[] =>
      collector.spans
        .filter(({ name }) => name === 'iteration')
        .sort((a, b) => Number(a.attributes[NUMBER]) - Number(b.attributes[NUMBER]));
    const traceOf = ({ traceId }: { traceId: string }): CollectedSpan[] =>
      collector.spans.filter((span) => span.traceId === traceId);

    it('are one for each iteration: one tree, without orphans, from the plan to the estimate', () => {
      expect(iterations).toBeGreaterThan(1);
      expect(shards).toBeGreaterThan(1);
      expect(roots().map(({ attributes }) => attributes[NUMBER])).toEqual(
        Array.from({ length: iterations }, (_, i) => i),
      );
      expect(new Set(roots().map(({ traceId }) => traceId)).size).toBe(iterations);
      for (const root of roots()) {
        const spans = traceOf(root);
        const ids = new Set(spans.map(({ spanId }) => spanId));
        expect(spans.filter(({ parentSpanId }) => !ids.has(parentSpanId))).toEqual([root]);
        expect(root.parentSpanId).toBe('');

        const count = (name: string, kind?: CollectedSpan['kind']) =>
          spans.filter((span) => span.name === name && (kind === undefined || span.kind === kind)).length;
        for (const step of [
          'train model',
          'train network',
          'plan scoring',
          'select batch',
          'open batch',
          'estimate error',
        ]) {
          expect([step, count(step)]).toEqual([step, 1]);
        }
        expect(count('score shard')).toBe(shards);
        expect(count('compute probabilities')).toBe(shards);
        for (const topic of Object.values(TOPIC)) {
          const events = topic === TOPIC.shardScoringRequested || topic === TOPIC.shardScored ? shards : 1;
          expect([topic, count(`create ${topic}`, 'producer')]).toEqual([topic, events]);
          expect(count(`process ${topic}`, 'consumer')).toBeGreaterThanOrEqual(events);
        }
        expect(spans.filter(({ isError }) => isError)).toEqual([]);
        // Calls in it are spans at both ends, the server's below the client's.
        const calls = spans.filter(({ kind }) => kind === 'server');
        expect(calls.map(({ name }) => name)).toContain('spectrawl.labelling.v1.LabellingService/ListLabels');
        const clients = new Map(spans.filter(({ kind }) => kind === 'client').map((span) => [span.spanId, span.name]));
        for (const call of calls) expect(clients.get(call.parentSpanId)).toBe(call.name);
        const stores = spans.filter(({ name }) => name === 'put object');
        expect(stores.map(({ attributes }) => attributes['spectrawl.object.key'])).toContain(
          `campaigns/traced/iterations/${String(root.attributes[NUMBER])}/plan.json`,
        );
      }
    });

    it('are linked to those of the annotators’ calls, and each iteration to the one before', () => {
      const [first, ...further] = roots();
      let before = first!;
      for (const root of further) {
        expect(root.links.map(({ traceId }) => traceId)).toContain(before.traceId);
        before = root;
      }
      for (const root of roots()) {
        const said = traceOf(root).find(({ name }) => name === `create ${TOPIC.batchLabelled}`)!;
        const [link] = said.links;
        expect(traceOf(link!).map(({ name }) => name)).toContain('spectrawl.labelling.v1.LabellingService/SubmitLabel');
      }
      const [submission] = collector.spans.filter(({ name }) => name.endsWith('/SubmitLabel'));
      const linked = traceOf(submission!).flatMap(({ links }) => links.map(({ traceId }) => traceId));
      expect(roots().map(({ traceId }) => traceId)).toContain(linked[0]);
    });

    it('name things as the conventions do', () => {
      const handled = collector.spans.find(({ name }) => name === `process ${TOPIC.shardScoringRequested}`)!;
      expect(handled.attributes).toMatchObject({
        'messaging.system': options.shape === 'embedded' ? 'spectrawl' : 'kafka',
        'messaging.destination.name': TOPIC.shardScoringRequested,
        'messaging.operation.type': 'process',
        'messaging.consumer.group.name': 'inference-worker',
        'spectrawl.delivery.attempt': 1,
      });
      const called = collector.spans.find(({ name, kind }) => kind === 'server' && name.endsWith('/SubmitLabel'))!;
      expect(called.attributes).toMatchObject({
        'rpc.system': 'grpc',
        'rpc.service': 'spectrawl.labelling.v1.LabellingService',
        'rpc.method': 'spectrawl.labelling.v1.LabellingService/SubmitLabel',
        'rpc.grpc.status_code': 0,
      });
    });

    it('come from the services at work, with metrics beside them', () => {
      const services = new Set(roots().flatMap((root) => traceOf(root).map(({ service }) => service)));
      expect([...services].sort()).toEqual(
        options.shape === 'separate processes'
          ? ['inference', 'inference-worker', 'ingestion', 'labelling', 'selection', 'training']
          : ['all'],
      );
      for (const name of [
        'rpc.server.call.duration',
        'messaging.process.duration',
        'spectrawl.inference.shards.scored',
        'spectrawl.training.duration',
        'spectrawl.labelling.labels',
        'spectrawl.campaigns',
      ]) {
        expect(collector.metricNames).toContain(name);
      }
    });
  });
}

const NUMBER = 'spectrawl.iteration.number';
