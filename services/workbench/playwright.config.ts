import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { launchOptions } from './test/chromium.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

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
    launchOptions: launchOptions({ webgl: true }),
  },
});
