import type { Account } from '../../platform/access/account.ts';
import type { FileGuard } from '../../platform/files/types.ts';
import type { Module } from '../../platform/http/app-types.ts';
import type { LiveEvents } from '../../platform/live/live-events.ts';
import type { Open } from '../../platform/module.ts';
import { seedDemoHazards } from './demo.ts';
import { tellOfHazards } from './events.ts';
import { HAZARD, hazardFlow } from './flow.ts';
import { followCases } from './follow.ts';
import { majorHazards } from './major.ts';
import { hazardNoticeKind } from './notice-kinds.ts';
import { createNumbers } from './numbers.ts';
import type { HazardParts } from './parts.ts';
import { createPenalties } from './penalties.ts';
import { hazardsModule } from './routes.ts';
import { findHazard, type HazardRow } from './rows.ts';
import { createHazardsService, type HazardsService } from './service.ts';
import { createHazardSetup } from './setup-service.ts';
import { createHazardStatistics } from './statistics/service.ts';
import { mayIdentify, maySee, maySeeEvidence } from './visibility.ts';

/** The module's services for other modules. */
export interface Hazards {
  module: Module;
  service: HazardsService;
  parts: HazardParts;
}

/** Assembles the module and registers it with workflow, files and live events. */
function openHazards(
  given: Omit<HazardParts, 'events' | 'numbers'> & { live: LiveEvents },
): Hazards {
  const { database, units, workflows, files, live, timeZone } = given;
  const parts: HazardParts = {
    ...given,
    numbers: createNumbers(database, timeZone),
    events: tellOfHazards(live),
  };
  workflows.seed(hazardFlow, {
    read: 'hazard:read',
    identify: 'hazard:identify',
    noticeKind: hazardNoticeKind,
  });
  followCases(workflows, parts.events);
  const seenBy =
    (may: (account: Account, hazard: HazardRow) => boolean): FileGuard =>
    async (account, tx, file) => {
      const hazard = file.attachedTo && (await findHazard(tx, file.attachedTo.id));
      return hazard ? may(account, hazard) : false;
    };
  files.guard(
    HAZARD,
    seenBy((account, hazard) => maySee(account, hazard) && maySeeEvidence(account, hazard)),
    // The original bytes reveal place and sender: for users who may identify the reporter.
    seenBy((account, hazard) => maySee(account, hazard) && mayIdentify(account, hazard)),
    // Files of the rectification are not the reporter's.
    {
      anonymous: async (_account, tx, file) => {
        const hazard = file.attachedTo && (await findHazard(tx, file.attachedTo.id));
        return !hazard || hazard.reporterId === file.uploadedBy;
      },
    },
  );
  const service = createHazardsService(parts);
  const setup = createHazardSetup(units);
  return {
    service,
    parts,
    module: hazardsModule({
      hazards: service,
      setup,
      statistics: createHazardStatistics({ database, timeZone }),
      penalties: createPenalties(parts),
    }),
  };
}

/** The demonstration's site, whose hazards are created at the first start. */
const DEMO_SITE = 'changzhou-1';

export const open: Open = (platform) => {
  const { database, units, workflows, live, notices, settings, uploads, log } = platform;
  const { configuration } = platform.services.get('cameras');
  const hazards = openHazards({
    database,
    units,
    workflows,
    live,
    files: uploads.files,
    notices,
    floorPlanOf: (id) =>
      configuration.file.cameras.find((camera) => camera.id === id)?.floorPlan ?? null,
    timeZone: settings.timeZone,
  });
  platform.services.provide('majorHazards', majorHazards);
  let demo = Promise.resolve();
  return {
    ...hazards.module,
    start() {
      if (!settings.demo || !configuration.file.sites.some(({ id }) => id === DEMO_SITE)) return;
      const around = { tenant: settings.tenant, accounts: platform.accounts, uploaded: uploads };
      // In the background, without delaying the start.
      demo = seedDemoHazards(hazards.parts, around).then(
        (made) => {
          if (made > 0) log.info({ made }, 'hazards of the demonstration are made');
        },
        (error: unknown) => log.warn({ err: error }, 'the demonstration has no hazards'),
      );
    },
    close: () => demo,
  };
};
