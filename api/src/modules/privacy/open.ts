import type { Logger } from 'pino';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Module } from '../../platform/http/app-types.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import type { Open } from '../../platform/module.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { Rotation } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import { createAssessments } from './assessments.ts';
import { createCatalogue } from './catalogue.ts';
import { createCompliance } from './compliance.ts';
import type { Transport } from './facts.ts';
import { createOwnData } from './own-data.ts';
import { createPurge } from './purge.ts';
import { createRegister } from './register.ts';
import { createRequests } from './requests.ts';
import { rightsModule } from './rights-routes.ts';
import { privacyModule } from './routes.ts';
import { createStatistics } from './statistics.ts';

export const PURGE = 'privacy.purge';
/** At night, at the lowest load. */
const EVERY_NIGHT = '23 3 * * *';

/** Assembles the privacy services, and the retention job. */
function openPrivacy(options: {
  units: Units;
  sealed: Sealed;
  notices: Notices;
  rotation: Rotation;
  store: Pick<ContentStore, 'remove'>;
  jobs: Jobs;
  log: Logger;
  transport: Transport;
  timeZone: string;
}): { modules: Module[]; schedule: () => Promise<void> } {
  const { units, sealed, notices, rotation, store, jobs, log, transport } = options;
  const purge = createPurge({ units, store });
  jobs.define(PURGE, { expireSeconds: 3600 }, async (_data, { tenant }) => {
    const { run, items } = await purge.run(tenant);
    const records = items.reduce((sum, { count }) => sum + count, 0);
    log.info({ run, records }, 'what was over its term is removed');
  });
  return {
    modules: [
      privacyModule({
        register: createRegister({ units }),
        purge,
        assessments: createAssessments({ units }),
        statistics: createStatistics({ units }),
        compliance: createCompliance({ units, rotation, transport }),
        catalogue: createCatalogue({ units }),
      }),
      rightsModule({
        ownData: createOwnData({ units, sealed }),
        requests: createRequests({ units, sealed, notices }),
      }),
    ],
    schedule: () => jobs.schedule(PURGE, EVERY_NIGHT, {}, options.timeZone),
  };
}

export const open: Open = async (platform) => {
  const { units, sealed, notices, services, evidence, jobs, log, settings } = platform;
  const { modules, schedule } = openPrivacy({
    units,
    sealed,
    notices,
    rotation: services.get('rotation'),
    store: evidence,
    jobs,
    log,
    transport: {
      // A proxy in front may terminate it.
      http: settings.tls !== null || settings.trustProxy,
      mqtt: /^(mqtts|wss):/.test(settings.mqttUrl),
    },
    timeZone: settings.timeZone,
  });
  await schedule();
  return {
    register(app) {
      for (const module of modules) module.register(app);
    },
  };
};
