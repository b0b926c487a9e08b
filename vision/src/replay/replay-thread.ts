import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type ReplayOrder, type ReplayTold, replayFiles } from './replay-files.ts';

/** After all that watches: a tenth of a core that others want, so that it ends on a busy machine, too. */
const LOW = 10;
// On Linux it is the priority of this thread; elsewhere it would be that of the whole process.
if (process.platform === 'linux') {
  try {
    setPriority(LOW);
  } catch {
    // A sandbox that forbids it: the replay is bounded in any case.
  }
}

const tell = (told: ReplayTold) => parentPort?.postMessage(told);
replayFiles(workerData as ReplayOrder, (progress) => tell({ progress })).then(
  (result) => tell({ result }),
  (error: Error) => tell({ problem: error.message }),
);
