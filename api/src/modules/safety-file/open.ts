import { Problem } from '../../platform/http/errors.ts';
import type { Open } from '../../platform/module.ts';
import { createByOthers } from './by-others.ts';
import { createEntries, visibleEntry } from './entries.ts';
import { OBJECTION, objectionFlow } from './flow.ts';
import { createFileMoves, type FileMoves } from './moving.ts';
import { createObjections } from './objections.ts';
import { createFileReports } from './reports.ts';
import { registerSafetyFile } from './routes.ts';
import { createSettings } from './settings.ts';
import { createFileTell } from './tell.ts';
import { createWriter } from './write.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** Entries that follow a correction of a badge. */
    safetyFile: FileMoves;
  }
}

/** What reviewers confirmed of people, in their files: told, objected to, and corrected. */
export const open: Open = ({
  units,
  database,
  workflows,
  notices,
  documents,
  evidence,
  settings,
  services,
  uploads,
}) => {
  const violations = services.get('violations').service;
  const incidents = services.get('incidents').service;
  const cameras = services.get('cameras').service;
  workflows.seed(objectionFlow, { read: 'objection:decide' });
  const tell = createFileTell(notices);
  const objections = createObjections({ units, workflows, violations, incidents, tell });
  const writer = createWriter({ tell, planOf: cameras.floorPlan, lapse: objections.lapse });
  violations.recordNames(writer);
  const { files } = uploads;
  // Accounts that see the entry may open its scans.
  files.guard(OBJECTION, async (account, tx, file) => {
    const row = await tx.violationObjection.findFirst({ where: { id: file.attachedTo?.id ?? '' } });
    if (!row) return false;
    return visibleEntry(tx, account, row.entryId).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Problem) return false;
        throw error;
      },
    );
  });
  const { timeZone } = settings;
  const byOthers = createByOthers({ units, objections, files, timeZone });
  services.provide('safetyFile', createFileMoves({ writer }));
  return {
    register: (app) =>
      registerSafetyFile(app, {
        entries: createEntries({ units, violations }),
        objections,
        byOthers,
        reports: createFileReports({
          units,
          database,
          documents,
          store: evidence,
          timeZone: settings.timeZone,
        }),
        settings: createSettings({ units }),
        store: evidence,
      }),
  };
};
