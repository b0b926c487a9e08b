import type { Logger } from 'pino';
import type { Accounts } from '../access/accounts.ts';
import type { Database } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { FilesModule } from '../files/module.ts';
import type { Module } from '../http/app-types.ts';
import type { Jobs } from '../jobs/types.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { importsModule } from './routes.ts';
import { createImportRunner } from './runner.ts';
import { createSetScans } from './scans/set.ts';
import { createImportsService } from './service.ts';
import { createImportKinds, type ImportKinds } from './types.ts';

/** The part of the platform that imports files; modules add their kinds. */
export async function openImports(parts: {
  units: Units;
  database: Database;
  uploads: Pick<FilesModule, 'files' | 'inspect' | 'take'>;
  jobs: Jobs;
  accounts: Pick<Accounts, 'byId'>;
  tenant: string;
  apiId: string;
  timeZone: string;
  sealed: Sealed;
  log: Logger;
}): Promise<{ kinds: ImportKinds; module: Module }> {
  const { files } = parts.uploads;
  const kinds = createImportKinds();
  // The tables of others stay with who brought them: they may hold what a reader must not see.
  files.guard('import', async (account, _tx, file) => file.uploadedBy === account.id);
  await createImportRunner({ ...parts, kinds }).start();
  const imports = createImportsService({ ...parts, files, kinds });
  const setScans = createSetScans({ units: parts.units, files, imports });
  return { kinds, module: importsModule(imports, setScans) };
}
