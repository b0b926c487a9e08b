import { availableParallelism } from 'node:os';
import { defineConfig, mergeConfig } from 'vitest/config';
import dashboard from './dashboard/vitest.config.ts';
import { ProjectOrder } from './tools/tests/project-order.ts';

/** A test waits for events; these limits are for what never comes, on a busy machine too. */
const realParts = { testTimeout: 180_000, hookTimeout: 300_000 };
const wholeSystem = { testTimeout: 600_000, hookTimeout: 600_000 };

/**
 * Files that have parts of their own (server, broker, folder, ports that were free) and need no video
 * to be looked at as fast as it comes: they run side by side, most of their time is waiting. All
 * projects of a group share the workers.
 */
const sideBySide = { maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)) };
/** What decodes video as fast as it comes, or measures: one file at a time, after the others. */
const alone = { fileParallelism: false };

/** Of the whole system, but waiting for what is down; not for what a camera sees in time. */
const outages = 'e2e/{outages,worker-kill}.e2e.test.ts';
const modules = '**/node_modules/**';

/**
 * unit: beside the code, no process, no port. dashboard: components. integration: the API against
 * real parts (PostgreSQL, a broker). outage: the whole system with parts that fail. media: RTSP,
 * ffmpeg, ONNX and the commands. e2e: the whole system.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: ProjectOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,vision,api,simulator,tools}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', modules],
          // Property tests reckon for seconds where other things run beside them.
          testTimeout: 30_000,
          ...sideBySide,
        },
      },
      mergeConfig(dashboard, { test: sideBySide }),
      {
        test: {
          name: 'integration',
          include: ['api/**/*.int.test.ts'],
          exclude: [modules],
          globalSetup: ['api/src/testing/global-setup.ts'],
          setupFiles: ['api/src/testing/check-answers.ts'],
          isolate: false,
          ...realParts,
          ...sideBySide,
        },
      },
      { test: { name: 'outage', include: [outages], ...wholeSystem, ...sideBySide } },
      {
        test: {
          name: 'media',
          include: ['{vision,simulator,tools}/**/*.int.test.ts'],
          exclude: [modules],
          ...realParts,
          ...alone,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: [outages, modules],
          globalSetup: ['e2e/support/shared-plant.ts'],
          ...wholeSystem,
          ...alone,
        },
      },
    ],
  },
});
