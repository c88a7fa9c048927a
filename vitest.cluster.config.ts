import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

// The tests of a release on a Kubernetes cluster; deploy/cluster/test installs it and says where it is.
export default defineConfig({
  ...tests,
  test: {
    ...tests.test,
    include: ['services/**/*.cluster.test.ts'],
    // What is done to the release is told as it happens.
    disableConsoleIntercept: true,
    exclude: ['**/node_modules/**', '**/dist/**', '.build/**'],
  },
});
