import { Deployment } from '@spectrawl/testing';
import { beforeAll, expect, inject, it } from 'vitest';
import { answer, begin, catalogueOf, ingestSurveys, simulateSurveys, SMALL_SHARDS } from './campaign-at-work.ts';
import { describeCampaign } from './campaign-spec.ts';

const servers = inject('servers');

let embedded: string;

beforeAll(async () => {
  const deployment = await Deployment.prepare({ shape: 'embedded', services: SMALL_SHARDS });
  try {
    await deployment.start();
    const surveys = simulateSurveys();
    await ingestSurveys(deployment, surveys);
    await begin(deployment, 'embedded', 'default');
    await answer(deployment, 'embedded', surveys.sky.truth);
    embedded = await catalogueOf(deployment, 'embedded');
  } finally {
    await deployment.remove();
  }
}, 600_000);

for (const shape of ['one process', 'separate processes'] as const) {
  describeCampaign({ shape, servers, workers: 2 }, (deployed) => {
    it('publishes, byte by byte, the catalogue that the embedded shape publishes', async () => {
      expect(await catalogueOf(deployed(), 'whole')).toBe(embedded);
    });
  });
}
