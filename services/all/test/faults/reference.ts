import { Deployment } from '@spectrawl/testing';
import { Persistence } from './persistence.ts';
import { SHARD_ROWS, SmallCampaign, type CampaignOutcome, type SimulatedSky } from './small-campaign.ts';

/** What a campaign that nothing befalls comes to: all services in one process, on embedded adapters. */
export async function undisturbed(simulated: { sky: SimulatedSky; seed: SimulatedSky }): Promise<CampaignOutcome> {
  const deployment = await Deployment.prepare({
    shape: 'embedded',
    services: { ingestion: { shardRows: SHARD_ROWS } },
  });
  try {
    await deployment.start();
    const small = new SmallCampaign(deployment, new Persistence(), simulated);
    await small.prepare();
    await small.start('undisturbed');
    await small.answer('undisturbed');
    return await small.outcome('undisturbed');
  } finally {
    await deployment.remove();
  }
}
