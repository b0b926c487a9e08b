import type { Logger } from 'pino';
import type { Accounts } from '../access/accounts.ts';
import type { Database } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { FilesCore } from '../files/files.ts';
import type { Module } from '../http/app-types.ts';
import type { Jobs } from '../jobs/types.ts';
import { importsModule } from './routes.ts';
import { createImportRunner } from './runner.ts';
import { createImportsService } from './service.ts';
import { createImportKinds, type ImportKinds } from './types.ts';

/** The part of the platform that imports files; modules add their kinds. */
export async function openImports(parts: {
  units: Units;
  database: Database;
  files: FilesCore;
  jobs: Jobs;
  accounts: Pick<Accounts, 'byId'>;
  tenant: string;
  apiId: string;
  timeZone: string;
  log: Logger;
}): Promise<{ kinds: ImportKinds; module: Module }> {
  const kinds = createImportKinds();
  // The tables of others stay with who brought them: they may hold what a reader must not see.
  parts.files.guard('import', async (account, _tx, file) => file.uploadedBy === account.id);
  await createImportRunner({ ...parts, kinds }).start();
  return { kinds, module: importsModule(createImportsService({ ...parts, kinds })) };
}
