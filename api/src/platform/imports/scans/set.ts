import type { z } from 'zod';
import { Prisma } from '../../../generated/prisma/client.ts';
import type { Units } from '../../db/unit-of-work.ts';
import { removeAttachedFile } from '../../files/attached.ts';
import { type FilesCore, SCANS } from '../../files/files.ts';
import { SCANS_ARCHIVE } from '../../files/kinds.ts';
import { Problem } from '../../http/errors.ts';
import type { User } from '../../kit/routes.ts';
import { versionConflict } from '../../kit/save.ts';
import { seeImportFile } from '../file-bytes.ts';
import { noRows } from '../no-rows.ts';
import type * as schema from '../schema.ts';
import type { ImportsService } from '../service.ts';
import { openArchive } from './archive.ts';
import { reportOf } from './scans.ts';

export type SetScans = ReturnType<typeof createSetScans>;

/** The archive of scans that comes with a table. The rows are checked again with it. */
export function createSetScans(options: {
  units: Units;
  files: FilesCore;
  imports: Pick<ImportsService, 'own' | 'show' | 'requireState' | 'kindFor'>;
}) {
  const { units, files, imports } = options;

  /** What an archive has, before any of it is used. @throws Problem `import.scans`, `file.*` */
  async function look(user: User, file: string) {
    const stored = await seeImportFile(units, files, user, file);
    if (stored.mediaType !== SCANS_ARCHIVE) throw new Problem('import.scans');
    const archive = await openArchive(files, user.tenant, stored);
    archive.close();
    return { stored, found: reportOf(archive.scans, new Set()) };
  }

  return async (
    user: User,
    id: string,
    { version, file }: z.infer<typeof schema.scansRequest>,
  ): Promise<schema.Import> => {
    const row = await units.run(user, ({ tx }) => imports.own(tx, user, id));
    if (!imports.kindFor(user, row.kind).scans) throw new Problem('import.no-scans');
    const given = file === null ? null : await look(user, file);
    return units.run(user, async (unit) => {
      const { tx } = unit;
      const now = await imports.own(tx, user, id);
      await imports.requireState(tx, user, now, ['mapping', 'checked', 'failed']);
      if (now.scansFileId !== null && now.scansFileId !== file) {
        await removeAttachedFile(tx, 'import', id, now.scansFileId);
      }
      if (file !== null) await files.attach(unit, [file], { entity: 'import', id, role: SCANS });
      const { count } = await tx.dataImport.updateMany({
        where: { id, version, state: now.state },
        data: {
          scansFileId: file,
          scansName: given?.stored.name.slice(0, 255) ?? null,
          scansFound: given ? { ...given.found, unused: 0, names: [] } : Prisma.DbNull,
          state: 'mapping',
          ...noRows,
          problem: Prisma.DbNull,
          checkedAt: null,
          version: version + 1,
        },
      });
      const shown = await imports.show(tx, user, await imports.own(tx, user, id));
      if (count === 0) throw versionConflict('import.version-conflict', shown);
      await tx.dataImportRow.deleteMany({ where: { importId: id } });
      const after = { scans: given?.stored.name ?? null, sha256: given?.stored.sha256 ?? null };
      await unit.audit({ action: 'update', entity: 'import', id, after });
      return shown;
    });
  };
}
