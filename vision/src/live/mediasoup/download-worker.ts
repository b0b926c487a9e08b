import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WorkerNotMade } from './build-worker.ts';
import { isUsable } from './probe-worker.ts';
import type { RunStep } from './run-step.ts';

const RELEASES = 'https://github.com/versatica/mediasoup/releases/download';
const WITHIN_MS = 60_000;

/** The archive of the maker for this machine, as its own install script names it. */
export function archiveName(version: string): string {
  const kernel = process.platform === 'linux' ? `-kernel${release().split('.')[0]}` : '';
  return `mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
}

/**
 * Fetches the maker's binary and starts it once for a trial.
 *
 * @param use called with the binary, which is gone afterwards.
 * @param options.signal ends it before its time.
 * @throws WorkerNotMade where the network does not give it, or it does not run here.
 */
export async function downloadWorker<T>(
  version: string,
  run: RunStep,
  use: (binary: string) => Promise<T>,
  { releases = RELEASES, signal }: { releases?: string; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const url = `${releases}/${version}/${archiveName(version)}`;
  const work = await mkdtemp(join(tmpdir(), 'anshi-mediasoup-'));
  try {
    const archive = join(work, 'worker.tgz');
    const ends = [AbortSignal.timeout(WITHIN_MS), ...(signal ? [signal] : [])];
    const answer = await fetch(url, { signal: AbortSignal.any(ends) });
    if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(archive));
    await run('tar', ['-xzf', 'worker.tgz'], work);
    const binary = join(work, 'mediasoup-worker');
    if (!(await isUsable(binary))) throw new Error('it does not run on this system');
    return await use(binary);
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `${message}, ${cause.message}` : message;
    throw new WorkerNotMade(`mediasoup's own worker could not be taken from ${url}: ${why}`);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
