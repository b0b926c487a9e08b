import { setPriority } from 'node:os';
import { WorkerNotMade } from './build-worker.ts';
import { mediasoupPackage } from './package-folder.ts';
import { prepareWorker } from './prepare-worker.ts';
import { stepsAtLowPriority } from './run-step.ts';
import { WorkerCache, workerCacheFolder } from './worker-cache.ts';

/*
 * `npm run -s mediasoup:worker`: finds or makes mediasoup's worker and prints one line of JSON,
 * {"version","bin","from","seconds"} or {"version","bin":null,"reason"} with exit code 1.
 */
const GRACE_MS = 3_000;
const began = performance.now();
const stop = new AbortController();
const end = () => {
  stop.abort();
  // Steps and downloads end at once; what hangs all the same does not stay.
  setTimeout(() => process.exit(1), GRACE_MS).unref();
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
if (process.send) {
  process.on('disconnect', end);
  // Listening alone is no reason to stay.
  process.channel?.unref();
}
setPriority(19);

const found = mediasoupPackage();
try {
  if (!found) throw new WorkerNotMade('npm left the optional package mediasoup out; run `npm ci`');
  const made = await prepareWorker({
    env: process.env,
    package: found,
    cache: new WorkerCache(workerCacheFolder(process.env), found.version),
    run: stepsAtLowPriority(stop.signal),
    signal: stop.signal,
  });
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  console.log(JSON.stringify({ version: found.version, ...made, seconds }));
} catch (error) {
  if (!(error instanceof WorkerNotMade)) throw error;
  console.log(
    JSON.stringify({ version: found?.version ?? null, bin: null, reason: error.message }),
  );
  process.exitCode = 1;
}
