import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** Where to write, set by the runner. */
export const REPORT_FILE = 'ANSHI_TEST_RUN_REPORT';

/**
 * @typedef {object} RunReport what vitest's JSON report leaves out.
 * @property {(string | null)[]} unhandled of each error outside of any test the file that it came
 *   from, or null where that is not known.
 * @property {Record<string, { project: string, seconds: number }>} modules by file: its project, and
 *   how long its imports, hooks and tests took.
 */

/** A reporter of vitest that writes a {@link RunReport}. */
export default class RunReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { VITEST_TEST_PATH?: unknown }[]} errors
   */
  onTestRunEnd(modules, errors) {
    const file = process.env[REPORT_FILE];
    if (file === undefined) return;
    const unhandled = errors.map(({ VITEST_TEST_PATH: path }) =>
      typeof path === 'string' ? path : null,
    );
    /** @type {RunReport} */
    const report = { unhandled, modules: {} };
    for (const module of modules) {
      const { collectDuration, setupDuration, duration } = module.diagnostic();
      const seconds = (collectDuration + setupDuration + duration) / 1000;
      report.modules[module.moduleId] = { project: module.project.name, seconds };
    }
    writeFileSync(file, JSON.stringify(report));
  }
}
