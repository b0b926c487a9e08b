import type { Logger } from 'pino';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Files } from '../../platform/files/types.ts';
import type { Module } from '../../platform/http/app-types.ts';
import type { Jobs } from '../../platform/jobs/types.ts';
import type { Language } from '../../platform/kit/spreadsheet.ts';
import type { Open } from '../../platform/module.ts';
import type { Notices } from '../../platform/notices/types.ts';
import type { ContentStore } from '../../platform/store/content.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import type { CameraStates } from '../cameras/health.ts';
import { kindNames } from '../violations/kind.ts';
import { createDropWatch, findDrops } from './drops.ts';
import { takeLoadedModels } from './events.ts';
import { MODEL_REVIEW, modelReviewFlow } from './flow.ts';
import { scheduleModelReviews } from './job.ts';
import { createLabelExports, type LabelExports } from './labels/exports.ts';
import { createModelLog, type ModelLogService } from './log.ts';
import { createLostWorkers } from './lost.ts';
import { findPrecision } from './precision.ts';
import { createReadable } from './readable.ts';
import { createModelReviews, type ModelReviews } from './reviews.ts';
import { modelsModule } from './routes.ts';
import { createRulePrecisions, type RulePrecisions } from './rule-precision.ts';
import type { PrecisionQuery } from './schema.ts';
import { createModelSettings, modelSettingsOf } from './settings.ts';
import { createModelVersions, MODEL_VERSION, type ModelVersions } from './versions.ts';
import { precisionWorkbook } from './workbook.ts';

/** Period of the shown drops, days. */
const DROPS_DAYS = 365;

type User = Caller & { account: Account };

/** Dependencies of the routes. */
export interface ModelParts {
  versions: ModelVersions;
  settings: ReturnType<typeof createModelSettings>;
  precision: ReturnType<typeof createPrecision>;
  rulePrecisions: RulePrecisions;
  reviews: ModelReviews;
  exports: LabelExports;
  store: Pick<ContentStore, 'read'>;
  readable: ReturnType<typeof createReadable>;
}

function createPrecision({ units, timeZone }: { units: Units; timeZone: string }) {
  const find = (user: User, query: PrecisionQuery) =>
    units.run(user, async ({ tx }) => {
      const { minJudged } = await modelSettingsOf(tx);
      const found = await findPrecision(tx, query, { minJudged, timeZone });
      const drops = await findDrops(tx, new Date(Date.now() - DROPS_DAYS * 86_400_000));
      return { minJudged, ...found, drops };
    });
  return {
    find,
    workbook: async (user: User, query: PrecisionQuery, language: Language) => {
      const nameOf = await units.run(user, ({ tx }) => kindNames(tx));
      return precisionWorkbook(await find(user, query), language, timeZone, nameOf);
    },
  };
}

/** Assembles the module and registers it with workflow, files and jobs. */
async function openModels(given: {
  database: Database;
  units: Units;
  workflows: Workflows;
  files: Files;
  notices: Notices;
  jobs: Jobs;
  store: ContentStore;
  states: Pick<CameraStates, 'workers' | 'health'>;
  configuration: CamerasConfiguration;
  log: Logger;
  isOn: () => Promise<boolean>;
  tenant: string;
  timeZone: string;
}): Promise<{ module: Module; log: ModelLogService; reviews: ModelReviews }> {
  const { units, workflows, files, notices, jobs, timeZone } = given;
  workflows.seed(modelReviewFlow, { read: 'model:read' });
  // Bench results, for users who may see the models.
  for (const entity of [MODEL_REVIEW, MODEL_VERSION]) {
    files.guard(entity, async (account) => account.permissions.has('model:read'));
  }
  const reviews = createModelReviews({ units, workflows, files, timeZone });
  const drops = createDropWatch({ units, notices, timeZone });
  const lost = createLostWorkers({ units, states: given.states });
  await scheduleModelReviews({ reviews, drops, lost, isOn: given.isOn, jobs, timeZone });
  const exports = createLabelExports(given);
  return {
    reviews,
    log: createModelLog(given),
    module: modelsModule({
      reviews,
      exports,
      store: given.store,
      versions: createModelVersions(given),
      settings: createModelSettings(given),
      precision: createPrecision(given),
      rulePrecisions: createRulePrecisions(given),
      readable: createReadable(given),
    }),
  };
}

export const open: Open = async (platform) => {
  const { database, units, workflows, jobs, log, notices, features, settings } = platform;
  const { bus, metrics } = platform;
  const { tenant, timeZone } = settings;
  const cameras = platform.services.get('cameras');
  const models = await openModels({
    database,
    units,
    workflows,
    jobs,
    store: platform.evidence,
    states: cameras.states,
    configuration: cameras.configuration,
    log,
    tenant,
    files: platform.uploads.files,
    notices,
    isOn: () => features.check('monitoring'),
    timeZone,
  });
  const { busSigner: signer, busRefusals: refusals } = platform;
  takeLoadedModels({ bus, metrics, log, tenant, service: models.log, signer, refusals });
  return models.module;
};
