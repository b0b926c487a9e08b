import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Bus } from '../publish/bus.ts';
import type { WorkerSettings } from '../settings.ts';
import { Alarms } from './alarms.ts';
import { AlarmJournal } from './journal.ts';
import { AlarmPlanStore } from './plan.ts';

/** What a worker has of alarms. */
export interface WorkerAlarms {
  readonly plan: AlarmPlanStore;
  readonly alarms: Alarms;
  readonly journal: AlarmJournal;
  close(): Promise<void>;
}

/**
 * Opens the alarms of a worker, with the plan and the reports of an earlier run.
 *
 * @param bus undefined before the connection is made.
 */
export async function openAlarms(
  settings: Pick<
    WorkerSettings,
    'ANSHI_WORKER_DIR' | 'ANSHI_TENANT' | 'ANSHI_WORKER_ID' | 'ANSHI_BUS_KEY'
  >,
  bus: () => Pick<Bus, 'connected' | 'alarm' | 'alarmReport'> | undefined,
  log: Logger,
): Promise<WorkerAlarms> {
  const {
    ANSHI_WORKER_DIR: folder,
    ANSHI_TENANT: tenant,
    ANSHI_WORKER_ID: worker,
    ANSHI_BUS_KEY: key,
  } = settings;
  const file = join(folder, 'alarm-plan.json');
  const connected = () => bus()?.connected ?? false;
  const plan = await AlarmPlanStore.open({ tenant, worker, key, file, log });
  const journal = await AlarmJournal.open({
    file: join(folder, 'alarm-reports.json'),
    source: `/vision/${worker}`,
    log,
    connected,
    publish: (event) => bus()?.alarmReport(event),
  });
  const alarms = new Alarms({
    tenant,
    worker,
    plan,
    log,
    connected,
    publish: (topic, text) => bus()?.alarm(topic, text),
    report: (data) => journal.add(data),
  });
  return {
    plan,
    alarms,
    journal,
    async close() {
      alarms.close();
      await Promise.all([plan.close(), journal.close()]);
    },
  };
}
