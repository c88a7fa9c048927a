// Contender: the map of a pool, moved and zoomed in Chromium, which draws it by the processor where there is no graphics card. Argument: how
// many points it has. A latency is the time from one frame to the next.
import { openObjectStore, rangedObject, type ObjectStoreConfig } from '@spectrawl/object-store';
import { openPoolMap, poolMapKey, writePoolMap } from '@spectrawl/pool';
import { answerRuns } from '@spectrawl/testing';
import { startCampaigns } from './bench-campaign.ts';

const FRAMES = 120;
/** How far copies of a point lie from it, of the map's width. */
const SPREAD = 0.02;

const points = Number(process.argv[2]);
const campaigns = await startCampaigns();
const campaignId = await campaigns.next(40);
for await (const { part } of campaigns.deployment.inference.getPoolMap({ campaignId })) {
  if (part.case === 'points') break;
}
const listed = await multiplyPoints();

const browser = await campaigns.openBrowser({ webgl: true });
const page = await (await campaigns.signIn(browser)).newPage();
await page.goto(`${campaigns.url}/campaigns/${campaignId}/map`);
await page.locator(`[aria-setsize="${listed}"]`).first().waitFor();

await answerRuns({
  version: browser.version(),
  run: async () => {
    const milliseconds = await page.evaluate(async (frames) => {
      const map = document.querySelector('[role=application]')!;
      const frame = (): Promise<number> => new Promise(requestAnimationFrame);
      const times: number[] = [];
      let before = await frame();
      for (let at = 0; at < frames; at++) {
        // To the left and back, then closer and back.
        const step = Math.floor(at / 30) % 4;
        if (step < 2) {
          map.dispatchEvent(new KeyboardEvent('keydown', { key: ['ArrowLeft', 'ArrowRight'][step]!, bubbles: true }));
        } else {
          map.dispatchEvent(
            new WheelEvent('wheel', { deltaY: step === 2 ? -20 : 20, clientX: 600, clientY: 500, cancelable: true }),
          );
        }
        const now = await frame();
        times.push(now - before);
        before = now;
      }
      return times;
    }, FRAMES);
    return { work: FRAMES, milliseconds };
  },
  stop: async () => {
    await browser.close();
    await campaigns.remove();
  },
});

/** Puts copies of its points, each somewhat beside it, into the stored map until there are as many as asked for. @returns points, and labelled ones besides */
async function multiplyPoints(): Promise<number> {
  const store = await openObjectStore(campaigns.deployment.sections.objectStore as ObjectStoreConfig);
  const key = poolMapKey(campaignId, 0);
  const map = await openPoolMap(await rangedObject(store, key));
  const { labelledPoints } = map.description;
  const { x, y, ...rest } = await map.read();
  const own = map.rows - labelledPoints;
  // The labelled ones come last.
  const from = [
    ...Array.from({ length: points }, (_, at) => at % own),
    ...Array.from({ length: labelledPoints }, (_, at) => own + at),
  ];
  const beside = (value: number, at: number, turn: number): number =>
    Math.max(-1, Math.min(1, value + (at < own ? 0 : SPREAD * Math.sin(at * turn))));
  const bytes = await writePoolMap(
    {
      pool: from.map((at) => rest.pool[at]!),
      id: from.map((at) => rest.id[at]!),
      x: Float32Array.from(from, (of, at) => beside(x[of]!, at, 1.7)),
      y: Float32Array.from(from, (of, at) => beside(y[of]!, at, 2.9)),
      class: Int32Array.from(from, (at) => rest.class[at]!),
      probability: Float32Array.from(from, (at) => rest.probability[at]!),
      labelled: from.map((at) => rest.labelled[at]!),
    },
    { ...map.description, poolRows: points },
  );
  await store.put(key, bytes);
  return from.length;
}
