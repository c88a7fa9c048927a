import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

// The chart on a real control plane with simulated nodes, which `deploy/cluster/simulated` runs them beside.
export default defineConfig({
  ...tests,
  test: {
    ...tests.test,
    include: ['services/**/*.scale.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.build/**'],
    // They share the cluster's priority classes and nodes.
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
