import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { MachineLoad, runRoot } from './machine-load.mjs';

/** Output path, set by the runner. */
export const REPORT_FILE = 'ANSHI_TEST_RUN_REPORT';

/**
 * @typedef {object} RunReport what vitest's JSON report leaves out.
 * @property {(string | null)[]} unhandled of each error outside of any test the file that it came
 *   from, or null where that is not known.
 * @property {Record<string, { project: string, seconds: number, allowance: number }>} modules by
 *   file: its project, how long its imports, hooks and tests took, and how many times as long it may
 *   take because of what else the machine did.
 */

/** A reporter of vitest that writes a {@link RunReport}. */
export default class RunReporter {
  #load = new MachineLoad(runRoot());
  /** @type {Map<string, number>} by file. */
  #allowances = new Map();

  /** @param {import('vitest/node').TestModule} module */
  onTestModuleEnd(module) {
    const began = performance.now() - secondsOf(module) * 1000;
    this.#allowances.set(module.moduleId, this.#load.allowanceSince(began));
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { VITEST_TEST_PATH?: unknown }[]} errors
   */
  onTestRunEnd(modules, errors) {
    this.#load.stop();
    const file = process.env[REPORT_FILE];
    if (file === undefined) return;
    const unhandled = errors.map(({ VITEST_TEST_PATH: path }) =>
      typeof path === 'string' ? path : null,
    );
    /** @type {RunReport} */
    const report = { unhandled, modules: {} };
    for (const module of modules) {
      report.modules[module.moduleId] = {
        project: module.project.name,
        seconds: secondsOf(module),
        allowance: this.#allowances.get(module.moduleId) ?? 1,
      };
    }
    writeFileSync(file, JSON.stringify(report));
  }
}

/** @param {import('vitest/node').TestModule} module */
function secondsOf(module) {
  const { collectDuration, setupDuration, duration } = module.diagnostic();
  return (collectDuration + setupDuration + duration) / 1000;
}
