import { defineConfig } from 'vitest/config';

/**
 * unit: beside the code, no process, no port. integration: one room against real parts
 * (PostgreSQL, a broker, RTSP, ffmpeg, ONNX). e2e: the whole system. dashboard: components.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,vision,api,simulator,tools}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
          // Property tests reckon for seconds where other things run beside them.
          testTimeout: 30_000,
        },
      },
      'dashboard/vitest.config.ts',
      {
        test: {
          name: 'integration',
          include: ['{vision,api,simulator,tools}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**'],
          // A test waits for events; these limits are for what never comes, on a busy machine too.
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
