import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { openAnchorKey } from '../../platform/audit/anchors.ts';
import type { Open } from '../../platform/module.ts';
import { createIncidentReports } from './reports.ts';
import { registerEvidencePacks } from './routes.ts';
import { createEvidencePacks } from './service.ts';

/** Evidence of an incident in one archive, that can be checked elsewhere. */
export const open: Open = (platform) => {
  const { settings, units, database, jobs, evidence, documents, accounts, services, log } =
    platform;
  let key: KeyObject | undefined;
  const common = {
    units,
    database,
    documents,
    store: evidence,
    incidents: services.get('incidents').service,
    sceneClips: services.get('sceneClips'),
    async key() {
      key ??= await openAnchorKey(join(settings.dataDir, 'audit'));
      return key;
    },
  };
  const reports = createIncidentReports({ ...common, timeZone: settings.timeZone });
  const packs = createEvidencePacks({
    ...common,
    jobs,
    accounts,
    reports,
    log: log.child({ part: 'evidence-packs' }),
  });
  return { register: (app) => registerEvidencePacks(app, { packs, reports, store: evidence }) };
};
