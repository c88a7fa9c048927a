import { defineConfig } from 'vitest/config';

// Tests run from the sources, without a build: every workspace package offers the condition @spectrawl/source.
// 'import' is not among them: vitest hands them on to Node, where require() would then be given ES modules (tfjs breaks).
const conditions = ['@spectrawl/source', 'node'];

export default defineConfig({
  // NestJS decorates constructor parameters, which only TypeScript's older decorators can.
  oxc: { decorator: { legacy: true } },
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['libs/**/*.test.ts', 'services/**/*.test.ts', 'deploy/**/*.test.ts'],
    // vitest.servers.config.ts runs those that need real servers, deploy/cluster/test those that need a Kubernetes cluster, and
    // deploy/cluster/simulated those for which its control plane will do; Playwright runs those in a browser.
    exclude: ['**/node_modules/**', '**/dist/**', '.build/**', '**/*.{servers,cluster,scale,browser}.test.ts'],
    execArgv: ['--conditions=@spectrawl/source'],
    // Services log as they do in production; a test that fails is run again with LOG_LEVEL=info.
    env: { LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent' },
    // Most tests wait for processes of their own; vitest would leave one processor idle.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What a busy machine does later than an idle one, it does all the same.
    expect: { poll: { timeout: 60_000 } },
  },
});
