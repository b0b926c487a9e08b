import { cp, mkdtemp, rm, statfs } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BUILD_COMMANDS,
  BUILD_MODULES,
  DEBIAN_PACKAGES,
  useSystemLibraries,
} from './debian-libraries.ts';
import { usePrecompiledHeader } from './precompiled-header.ts';
import { type RunStep, StepFailed } from './run-step.ts';
import type { WorkerFailure } from './worker-cache.ts';

/** Objects, the precompiled header and the unstripped binary. */
const NEEDED_BYTES = 1_000_000_000;

/** Why a worker was not made: one sentence with what to do. */
export class WorkerNotMade extends Error {
  readonly code: WorkerFailure['code'];

  constructor(reason: string, code: WorkerFailure['code'] = 'worker-not-made') {
    super(reason);
    this.name = 'WorkerNotMade';
    this.code = code;
  }
}

/** The commands and libraries that a build lacks here; empty where it can begin. */
async function missingBuildTools(run: RunStep): Promise<string[]> {
  const runs = (command: string, args: string[]) =>
    run(command, args, '/').then(
      () => true,
      () => false,
    );
  const missing: string[] = [];
  for (const command of BUILD_COMMANDS) {
    if (!(await runs(command, ['--version']))) missing.push(command);
  }
  if (missing.includes('pkg-config')) return [...missing, ...BUILD_MODULES];
  for (const library of BUILD_MODULES) {
    if (!(await runs('pkg-config', ['--exists', library]))) missing.push(library);
  }
  return missing;
}

/**
 * Builds mediasoup's worker with the libraries of the system, in a temporary folder that is removed
 * again: some minutes on two cores. Nothing is downloaded.
 *
 * @param packageFolder of the npm package, which has the sources.
 * @param use called with the finished binary, which is gone afterwards.
 * @throws WorkerNotMade with the step that failed.
 */
export async function buildWorker<T>(
  packageFolder: string,
  run: RunStep,
  use: (binary: string) => Promise<T>,
): Promise<T> {
  const missing = await missingBuildTools(run);
  if (missing.length > 0) {
    throw new WorkerNotMade(
      `the build of mediasoup's worker needs ${missing.join(', ')}: apt-get install --no-install-recommends ${DEBIAN_PACKAGES.join(' ')}`,
    );
  }
  const { bavail, bsize } = await statfs(tmpdir());
  if (bavail * bsize < NEEDED_BYTES) {
    throw new WorkerNotMade(
      `the build of mediasoup's worker needs 1 GB in ${tmpdir()}; make room, or set TMPDIR`,
      'worker-no-disk',
    );
  }
  const work = await mkdtemp(join(tmpdir(), 'anshi-mediasoup-'));
  try {
    const sources = join(work, 'worker');
    await cp(join(packageFolder, 'worker'), sources, { recursive: true });
    await useSystemLibraries(sources);
    await usePrecompiledHeader(sources);
    for (const [command, ...args] of steps()) await run(command, args, sources);
    return await use(join(sources, 'b', 'stripped'));
  } catch (error) {
    throw notMade(error);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function steps(): [string, ...string[]][] {
  const compile = (target: string): [string, ...string[]] => {
    return ['meson', 'compile', '-C', 'b', '-j', String(availableParallelism()), target];
  };
  const options = ['-Doptimization=2', '-Db_ndebug=true', '-Dms_disable_liburing=true'];
  return [
    ['meson', 'setup', 'b', '--wrap-mode=nodownload', '--buildtype', 'release', ...options],
    compile('flatbuffers-generator'),
    compile('mediasoup-worker'),
    ['strip', '-o', 'b/stripped', 'b/mediasoup-worker'],
  ];
}

function notMade(error: unknown): WorkerNotMade {
  const text = error instanceof Error ? error.message : String(error);
  if (/No space left on device|ENOSPC/.test(text)) {
    return new WorkerNotMade(
      `the build of mediasoup's worker ran out of disk in ${tmpdir()}; make room, or set TMPDIR`,
      'worker-no-disk',
    );
  }
  const step = error instanceof StepFailed ? `\`${error.step}\` failed` : 'a step failed';
  return new WorkerNotMade(`the build of mediasoup's worker did not work, ${step}: ${text}`);
}
