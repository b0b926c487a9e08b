import { writeFileSync } from 'node:fs';
import process from 'node:process';

/** Where to write, set by the runner. */
export const UNHANDLED_FILE = 'ANSHI_TEST_UNHANDLED_FILE';

/**
 * A reporter of vitest: writes of each error outside of any test the file that it came from, or
 * null where that is not known. Vitest's JSON report leaves them out.
 */
export default class UnhandledErrors {
  /**
   * @param {readonly unknown[]} _modules
   * @param {readonly { VITEST_TEST_PATH?: unknown }[]} errors
   */
  onTestRunEnd(_modules, errors) {
    const file = process.env[UNHANDLED_FILE];
    if (file === undefined) return;
    const paths = errors.map(({ VITEST_TEST_PATH: path }) =>
      typeof path === 'string' ? path : null,
    );
    writeFileSync(file, JSON.stringify(paths));
  }
}
