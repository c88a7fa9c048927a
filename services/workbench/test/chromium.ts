import { existsSync } from 'node:fs';
import type { LaunchOptions } from '@playwright/test';

/** Debian's; where there is none, the one that `npx playwright install chromium` brings. */
const CHROMIUM = '/usr/bin/chromium';

/** How Chromium is started. @param webgl without a graphics card, which slows down everything else that is drawn without one */
export function launchOptions({ webgl }: { webgl: boolean }): LaunchOptions {
  return {
    ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
    args: [
      ...(webgl ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader'] : []),
      // Chromium keeps no sandbox for root, as which containers run.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  };
}
