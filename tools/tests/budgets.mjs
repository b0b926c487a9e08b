import { relative } from 'node:path';

/**
 * @typedef {import('../acceptance/results.mjs').TestFile} TestFile
 *
 * @typedef {object} Exception
 * @property {number} seconds
 * @property {string} reason
 */

/**
 * Seconds that a file may take on two cores, while other files of the run are beside it. What takes
 * longer is divided, or waits for something that it need not wait for. Where other programs use the
 * machine, too, a file may take longer by their share (machine-load.mjs).
 *
 * @type {Record<string, number>}
 */
export const budgets = {
  unit: 20,
  dashboard: 20,
  integration: 60,
  perception: 60,
  tools: 60,
  browser: 120,
  pages: 120,
  tour: 120,
  outage: 120,
  media: 60,
  e2e: 120,
  footage: 200,
};

/**
 * Files with their own budget.
 *
 * @type {Record<string, Exception>}
 */
export const exceptions = {
  'api/src/platform/backup/backup.int.test.ts': {
    seconds: 120,
    reason: 'backups and restores of whole databases, and commands in separate processes',
  },
  'api/src/platform/backup/restore.int.test.ts': {
    seconds: 90,
    reason: 'restores of whole databases, one of them killed half-way',
  },
  'api/src/kills.int.test.ts': {
    seconds: 150,
    reason: 'the API is killed twice and starts again, and a badge comes and goes for 8 s each',
  },
  'api/src/modules/locations/absent.int.test.ts': {
    seconds: 90,
    reason: 'badges are looked at each 10 s, and one moves after the second look',
  },
  'e2e/cameras.e2e.test.ts': {
    seconds: 180,
    reason: 'a camera loses its network, goes over to the second one and comes back',
  },
  'e2e/interruption.e2e.test.ts': {
    seconds: 180,
    reason:
      'pictures that stop, a killed worker and a covered lens, each until people are told; the picture is learned before it is covered',
  },
  'e2e/operator-clip.e2e.test.ts': {
    seconds: 240,
    reason:
      'worker and API are killed and started again, and a clip of 20 s is cut and blurred after that',
  },
  'e2e/kills.e2e.test.ts': {
    seconds: 180,
    reason:
      'a minute of kills, after a plant with two workers has started and before all is on record',
  },
  'e2e/main-job.e2e.test.ts': {
    seconds: 240,
    reason:
      'cameras that are seen as they send, clips that last 15 s and their renditions with blurred faces, the API away',
  },
  'e2e/many-workers.e2e.test.ts': {
    seconds: 300,
    reason:
      'workers start, fall silent and come back, cameras move in peace and after a kill, and an episode is confirmed after each move',
  },
  'e2e/menu.e2e.test.ts': {
    seconds: 240,
    reason: 'opens every page of the menu with every preset, as the row requires',
  },
  'e2e/outages.e2e.test.ts': {
    seconds: 240,
    reason: 'the API is down for a minute, as the row requires',
  },
  'e2e/real-clips.e2e.test.ts': {
    seconds: 400,
    reason:
      'a round takes 90 s, and one in which the machine lost pictures is repeated, three times at most',
  },
  'e2e/screens.e2e.test.ts': {
    seconds: 180,
    reason: 'opens the link of every kind of notice, of each module',
  },
  'e2e/screenshots.e2e.test.ts': {
    seconds: 200,
    reason: 'opens every page of the app and photographs it on three screens',
  },
  'e2e/worker-kill.e2e.test.ts': {
    seconds: 260,
    reason: 'a worker is killed twelve times while violations are confirmed',
  },
  'e2e/worker-privacy.e2e.test.ts': {
    seconds: 180,
    reason: 'forty positions of each badge, a second apart, after the worker has started',
  },
  'tools/replay.int.test.ts': {
    seconds: 90,
    reason: 'starts the command a dozen times, each in a process of its own',
  },
  'tools/start.int.test.ts': {
    seconds: 180,
    reason: 'the whole product starts five times and is stopped in as many ways',
  },
};

/**
 * @param {string} root the checkout.
 * @param {TestFile} file
 * @returns {number | null} seconds; null for a file of no project of ours.
 */
export function budgetOf(root, { name, project }) {
  return exceptions[relative(root, name)]?.seconds ?? budgets[project ?? ''] ?? null;
}

/**
 * @param {string} root the checkout.
 * @param {TestFile[]} files
 * @param {number} factor multiplies each budget: for a machine that is slow in itself.
 * @returns {{ file: TestFile, line: string }[]} each file over its budget, and a line that says so.
 */
export function overBudget(root, files, factor) {
  return files.flatMap((file) => {
    const budget = budgetOf(root, file);
    if (budget === null || file.seconds === undefined) return [];
    const { allowance = 1 } = file;
    const allowed = budget * factor * allowance;
    if (file.seconds <= allowed) return [];
    const name = relative(root, file.name);
    const why = allowance > 1 ? ` x ${allowance.toFixed(2)} for what others used` : '';
    const line = `${name} took ${file.seconds.toFixed(1)} s, its budget is ${budget * factor} s${why} (tools/tests/budgets.mjs)`;
    return [{ file, line }];
  });
}

/**
 * @param {string} root the checkout.
 * @param {TestFile[]} files
 * @returns {string[]} lines: seconds of the files of each project, and the slowest files.
 */
export function timesOf(root, files) {
  /** @type {Map<string, { files: number, seconds: number }>} */
  const projects = new Map();
  for (const { project = '-', seconds = 0 } of files) {
    const sum = projects.get(project) ?? { files: 0, seconds: 0 };
    projects.set(project, { files: sum.files + 1, seconds: sum.seconds + seconds });
  }
  const slowest = files
    .filter(({ seconds }) => seconds !== undefined)
    .sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
    .slice(0, 10);
  const shown = (/** @type {number} */ seconds) => `${seconds.toFixed(1)} s`.padStart(9);
  return [
    'seconds of each project, its files one after the other:',
    ...[...projects].map(([name, sum]) => `${shown(sum.seconds)}  ${name} (${sum.files} files)`),
    'slowest files:',
    ...slowest.map(({ name, seconds = 0 }) => `${shown(seconds)}  ${relative(root, name)}`),
  ];
}
