import { expect, type Locator, type Page } from '@playwright/test';
import { LabellingTask_State, type Label, type LabellingTask } from '@spectrawl/contracts';
import type { Deployment } from '@spectrawl/testing';

/** milliseconds that a busy machine may take to show a spectrum */
const PATIENCE = 60_000;

/** The label view of a page, driven as an annotator drives it. */
export class LabelDesk {
  /** The plot around Hα; its attribute `data-drawn` names the spectrum that is on the canvas. */
  readonly plot: Locator;
  readonly progress: Locator;
  readonly connection: Locator;

  constructor(
    readonly page: Page,
    readonly campaignId: string,
  ) {
    this.plot = page.getByTestId('halpha').locator('[data-drawn]');
    this.progress = page.getByTestId('progress');
    this.connection = page.getByTestId('connection');
  }

  /** Opens the view and waits for the first spectrum. */
  async open(): Promise<void> {
    await this.page.goto(`/campaigns/${this.campaignId}/label`);
    await expect(this.plot).toBeVisible({ timeout: PATIENCE });
  }

  /** The spectrum that is drawn. */
  async drawn(): Promise<string> {
    return (await this.plot.getAttribute('data-drawn')) ?? '';
  }

  /** Presses a key that answers, and waits until another spectrum is drawn, or none waits any more. @returns the spectrum answered */
  async answer(key: string): Promise<string> {
    const spectrumId = await this.drawn();
    await this.page.keyboard.press(key);
    await expect(this.page.getByTestId('halpha').locator(`[data-drawn="${spectrumId}"]`)).toHaveCount(0, {
      timeout: PATIENCE,
    });
    await expect(this.plot.or(this.page.getByRole('region', { name: 'What the campaign does' }))).toBeVisible({
      timeout: PATIENCE,
    });
    return spectrumId;
  }

  /** Whether a spectrum waits for its answer. */
  async asks(): Promise<boolean> {
    return (await this.plot.count()) > 0;
  }
}

/** All of a campaign's tasks, by their places. */
export async function tasksOf({ labelling }: Deployment, campaignId: string): Promise<LabellingTask[]> {
  return (await labelling.listTasks({ campaignId, pageSize: 1000 })).tasks;
}

/** The rows of the label log that were written in a campaign, in their order. */
export async function labelsOf({ labelling }: Deployment, campaignId: string): Promise<Label[]> {
  const rows: Label[] = [];
  for await (const { labels } of labelling.listLabels({ campaignId }))
    rows.push(...labels.filter((label) => label.campaignId === campaignId));
  return rows;
}

/** The answer of a row in words; `undo` for one that takes back the answer before it. */
export function wordOf({ retraction, decision }: Label): string {
  if (retraction) return 'undo';
  return decision?.answer.case === 'class' ? decision.answer.value : decision?.answer.value === 1 ? 'unsure' : 'skip';
}

/** How many of a campaign's tasks are answered. */
export async function answeredOf(deployment: Deployment, campaignId: string): Promise<number> {
  const tasks = await tasksOf(deployment, campaignId);
  return tasks.filter(({ state }) => state === LabellingTask_State.ANSWERED).length;
}
