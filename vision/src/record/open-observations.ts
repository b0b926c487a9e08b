import { join } from 'node:path';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { ObservationLog } from './observation-log.ts';
import type { Room } from './room.ts';

/** Below the folder of a worker. */
const NAME = 'observations';

/** Opens the recorded observations of a worker, as its settings say. */
export const openObservations = (
  settings: WorkerSettings,
  room: Pick<Room, 'forRing'>,
  log: Logger,
): Promise<ObservationLog> =>
  ObservationLog.open({
    folder: join(settings.ANSHI_WORKER_DIR, NAME),
    hours: settings.ANSHI_OBSERVATIONS_HOURS,
    megabytes: settings.ANSHI_OBSERVATIONS_MB,
    hasRoom: () => room.forRing,
    log: log.child({ part: 'observations' }),
  });
