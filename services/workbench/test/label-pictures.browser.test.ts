import { LabelDesk, tasksOf } from './label-by-keyboard.ts';
import { PICTURES, portray } from './gallery.ts';
import { ASKING, expect, SKY, test } from './workbench-at-work.ts';

/** Signal-to-noise ratio of a spectrum on which one sees something. */
const CLEAR = 25;

/** Real spectra of LAMOST that show what the labelling guide tells, by the picture's name. */
const EXAMPLES = {
  absorption: 'spec-56338-GAC119N07V1_sp06-023',
  'single-peak': 'spec-56284-GAC122S02V2_sp14-183',
  'double-peak': 'spec-55959-GAC_094N27_V3_sp16-125',
};

test('pictures of the label view', async ({ page, workbench }) => {
  test.setTimeout(240_000);
  const desk = new LabelDesk(page, ASKING);
  const tasks = new Map((await tasksOf(workbench.deployment, ASKING)).map((task) => [task.spectrumId, task]));
  await desk.open();
  const isWorthAPicture = async (spectrumId: string): Promise<boolean> => {
    // A real spectrum, and with what the network says of it.
    if (!spectrumId.startsWith('spec-') || tasks.get(spectrumId)?.probabilities.length === 0) return false;
    const { spectrum } = await workbench.deployment.ingestion.getSpectrum({ poolId: SKY, spectrumId });
    return (spectrum?.metadata?.snr ?? 0) > CLEAR;
  };
  for (let step = 0; step < tasks.size / 2 && !(await isWorthAPicture(await desk.drawn())); step += 1)
    await desk.answer('1');
  await portray(page, 'label', async () => {
    await expect(desk.plot).toBeVisible();
    await expect(
      page.getByRole('region', { name: 'Nearest labelled spectra' }).getByRole('link').first(),
    ).toBeVisible();
  });
});

test('pictures of a spectrum', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto(`/pools/${SKY}/spectra/${EXAMPLES['double-peak']}`);
  await portray(page, 'spectrum', async () => {
    await expect(page.getByTestId('halpha').locator('[data-drawn]')).toBeVisible();
    await expect(page.getByRole('link', { name: 'SIMBAD' })).toBeVisible();
  });
});

test('pictures of the labelling guide', async ({ page }) => {
  test.setTimeout(240_000);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1080, height: 520 });
  for (const [name, spectrumId] of Object.entries(EXAMPLES)) {
    await page.goto(`/pools/${SKY}/spectra/${spectrumId}`);
    const plot = page.getByTestId('halpha');
    await expect(plot.locator('[data-drawn]')).toBeVisible();
    if (await page.getByTestId('full').isVisible()) await page.keyboard.press('f');
    await expect(page.getByTestId('full')).toBeHidden();
    await plot.screenshot({ path: `${PICTURES}guide-${name}.png` });
  }
});
