import { join } from 'node:path';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import type { Bus } from './bus.ts';
import { ModelAnnouncements } from './model-announcements.ts';

/** What a worker says of the models that it has loaded. */
export const openAnnouncements = (
  settings: Pick<WorkerSettings, 'ANSHI_WORKER_DIR' | 'ANSHI_WORKER_ID'>,
  bus: Pick<Bus, 'connected' | 'models'>,
  log: Logger,
): Promise<ModelAnnouncements> =>
  ModelAnnouncements.open({
    file: join(settings.ANSHI_WORKER_DIR, 'announced-models.json'),
    source: `/vision/${settings.ANSHI_WORKER_ID}`,
    log: log.child({ part: 'models' }),
    connected: () => bus.connected,
    publish: (event) => bus.models(event),
  });
