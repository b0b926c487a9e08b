import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig, mergeConfig } from 'vitest/config';
import dashboard from './dashboard/vitest.config.ts';
import { ProjectOrder } from './tools/tests/project-order.ts';

/** Timeouts for failures only: tests wait for events, and a busy machine is slow. */
const expectSlow = { poll: { timeout: 60_000 } };
const realParts = { testTimeout: 180_000, hookTimeout: 300_000, expect: expectSlow };
const wholeSystem = { testTimeout: 600_000, hookTimeout: 600_000, expect: expectSlow };

/**
 * Files that have parts of their own (server, broker, folder, ports that were free) and follow no
 * clock: they run side by side. All projects of a group share the workers.
 */
const sideBySide = { maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)) };
/**
 * The same for files that wait for events and the database half of the time: two of them leave a third of
 * two cores idle. A group of their own.
 */
const waiting = {
  maxWorkers: Math.max(3, Math.floor(availableParallelism() / 2)),
  sequence: { groupOrder: 2 },
};
/** A half of the cores, one of two: what runs beside them needs the other. A group of their own. */
const onHalf = {
  maxWorkers: Math.max(1, Math.floor(availableParallelism() / 2)),
  sequence: { groupOrder: 1 },
};
/** Two files with clips or cameras in real time, which mostly wait. A group of their own. */
const twoAtATime = { maxWorkers: 2, sequence: { groupOrder: 3 } };
/** One file at a time, after those that run side by side. */
const oneByOne = { fileParallelism: false };
/** Pages of a browser, which are printed where a test fails. */
const withPages = { setupFiles: ['e2e/support/report-failure.ts'] };
/**
 * Files of a worker share its modules, which are loaded once: a module keeps no state that a test
 * could see of another. What a test stubs is put back.
 */
const sharedModules = {
  isolate: false,
  restoreMocks: true,
  unstubEnvs: true,
  unstubGlobals: true,
} as const;

/** Of the whole system, with parts that are down: waiting, most of the time. */
const outages =
  'e2e/{interruption,kills,live-faults,live-mediasoup,live-mpeg1,live-relay,live-substream,live-withdrawn,many-workers,outages,worker-kill,worker-privacy}.e2e.test.ts';
/** Of the whole system, with cameras that are seen as they send. */
const live = 'e2e/{main-job,named-demo}.e2e.test.ts';
/** Every page of the app, on a plant of their own without video. */
const tour = 'e2e/{menu,screens,screenshots}.e2e.test.ts';
/** Of the whole system, where every frame counts. */
const footage = 'e2e/real-clips.e2e.test.ts';
/** Models and rules on pictures from a file, as fast as they can be had. */
const perception =
  'vision/{bench,src/{blur,convert,detect,evaluate,pipeline,scene}}/**/*.int.test.ts';
const modules = '**/node_modules/**';
/** Browser tests on the plant that they share: the files that import it. */
const onSharedPlant = readdirSync(join(import.meta.dirname, 'e2e'))
  .filter((name) => name.endsWith('.e2e.test.ts'))
  .map((name) => `e2e/${name}`)
  .filter((path) =>
    readFileSync(join(import.meta.dirname, path), 'utf8').includes('support/shared-world.ts'),
  );

/**
 * What each project is, and what it needs, is in CONTRIBUTING.md. tools/tests/lanes.mjs says which run
 * at the same time.
 */
export default defineConfig({
  test: {
    reporters: ['default'],
    sequence: { sequencer: ProjectOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,vision,api,gateway,simulator,tools}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', modules],
          // Property tests take seconds on a busy machine.
          testTimeout: 30_000,
          ...sharedModules,
          ...onHalf,
        },
      },
      mergeConfig(dashboard, { test: { ...sharedModules, ...onHalf } }),
      {
        test: {
          name: 'integration',
          include: ['api/**/*.int.test.ts'],
          exclude: [modules],
          globalSetup: ['api/src/testing/global-setup.ts'],
          setupFiles: ['api/src/testing/check-answers.ts'],
          isolate: false,
          ...realParts,
          ...waiting,
        },
      },
      {
        test: {
          name: 'perception',
          include: [perception],
          exclude: [modules],
          ...realParts,
          ...sideBySide,
        },
      },
      {
        test: {
          name: 'tools',
          include: ['{tools,gateway}/**/*.int.test.ts'],
          exclude: [modules],
          ...realParts,
          ...sideBySide,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['e2e/**/*.e2e.test.ts'],
          exclude: [outages, live, footage, tour, ...onSharedPlant, modules],
          ...wholeSystem,
          ...oneByOne,
          ...withPages,
        },
      },
      {
        test: {
          name: 'pages',
          include: onSharedPlant,
          globalSetup: ['e2e/support/shared-plant.ts'],
          ...wholeSystem,
          ...oneByOne,
          ...withPages,
        },
      },
      { test: { name: 'tour', include: [tour], ...wholeSystem, ...oneByOne, ...withPages } },
      { test: { name: 'outage', include: [outages], ...wholeSystem, ...oneByOne, ...withPages } },
      {
        test: {
          name: 'media',
          include: ['{vision,simulator}/**/*.int.test.ts'],
          exclude: [perception, modules],
          ...realParts,
          ...twoAtATime,
        },
      },
      { test: { name: 'e2e', include: [live], ...wholeSystem, ...oneByOne, ...withPages } },
      { test: { name: 'footage', include: [footage], ...wholeSystem, ...oneByOne } },
    ],
  },
});
