import { defineConfig } from 'vitest/config';
import tests from './vitest.config.ts';

// The tests that need a real Kafka, S3 server and PostgreSQL, which they find by `inject('servers')`.
export default defineConfig({
  ...tests,
  test: {
    ...tests.test,
    include: ['libs/**/*.servers.test.ts', 'services/**/*.servers.test.ts', 'deploy/**/*.servers.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '.build/**'],
    globalSetup: ['libs/testing/test/global-setup.ts'],
    // They share the processors with the servers.
    fileParallelism: false,
  },
});
