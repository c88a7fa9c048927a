import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Where the tests' pictures lie; `make gallery` keeps them with the service. */
export const PICTURES = fileURLToPath(new URL('../../../.build/gallery/', import.meta.url));
export const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
export const THEMES = ['dark', 'light'] as const;

export const pictureOf = (view: string, theme: string, { width, height }: { width: number; height: number }): string =>
  `${view}-${theme}-${width}x${height}.png`;

/**
 * Takes pictures of a view in both themes and sizes, and looks for what keeps people out of it (WCAG 2.2 AA by axe).
 * @param view name of the pictures
 * @param ready resolves when the view shows all that it has to
 */
export async function portray(page: Page, view: string, ready: () => Promise<void>): Promise<void> {
  const before = page.viewportSize();
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await ready();
      await page.screenshot({ path: PICTURES + pictureOf(view, colorScheme, size) });
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => ({ id, html, failureSummary })),
    );
    // Softly: the other pictures are worth taking all the same.
    expect.soft(found, `${view} in ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before) await page.setViewportSize(before);
}
