import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Debian's; where there is none, the one that `npx playwright install chromium` brings. */
const CHROMIUM = '/usr/bin/chromium';

/** Browser tests: one deployment for all of them, so one worker, which the next file finds as the last one has left it. */
export default defineConfig({
  testDir: at('test'),
  testMatch: '**/*.browser.test.ts',
  outputDir: at('../../.build/browser-tests'),
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // A deployment starts, trains and scores within the first test.
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: at('../../.build/checks/playwright.json') }]],
  use: {
    actionTimeout: 30_000,
    viewport: { width: 1280, height: 720 },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
      args: [
        // WebGL without a graphics card.
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        // Chromium keeps no sandbox for root, as which containers run.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    },
  },
});
