import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Campaign_State } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import { connectSpectrawl } from './connect.ts';
import { runOracle } from './oracle.ts';
import { CampaignStandIn } from './testing/campaign-stand-in.ts';
import { watchCampaign } from './watch-campaign.ts';

it('goes on when services that went away are back, and prints every iteration once', async () => {
  const standIn = new CampaignStandIn([2, 2, 2]);
  await standIn.start();
  const spectrawl = connectSpectrawl(standIn.address);
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  let restarts = 0;
  const watching = watchCampaign(spectrawl, 'hunt', {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    extra: {
      header: 'restarts',
      of: async ({ number }) => {
        if (number === 0) {
          restarts += 1;
          await standIn.stop();
          await standIn.start();
        }
        return String(restarts);
      },
    },
  });
  await runOracle(spectrawl, { campaignId: 'hunt', truth: new Map(), name: 'oracle' });
  expect((await watching).state).toBe(Campaign_State.COMPLETED);
  expect(restarts).toBeGreaterThan(0);
  const [, ...rows] = (await text(stdout.end())).trimEnd().split('\n');
  expect(rows.map((row) => row.trim().split(/\s+/)[0])).toEqual(['0', '1', '2']);
  spectrawl.close();
  await standIn.stop();
});
