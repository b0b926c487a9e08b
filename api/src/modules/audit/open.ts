import { join } from 'node:path';
import type { Logger } from 'pino';
import { type FoundOptions, watchForUnusual } from '../../platform/audit/unusual/watch.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Module } from '../../platform/http/app-types.ts';
import type { Open } from '../../platform/module.ts';
import { auditModule } from './routes.ts';
import { createAuditService } from './service.ts';
import { createVerification } from './verification.ts';

/** Assembles a tenant's audit view, and the search for unusual activity. */
function openAudit(options: FoundOptions & { database: Database; log: Logger; dataDir: string }): {
  module: Module;
  close(): Promise<void>;
} {
  const verification = createVerification({ ...options, folder: join(options.dataDir, 'audit') });
  const watch = watchForUnusual(options);
  return {
    module: auditModule(createAuditService(options), verification),
    async close() {
      await Promise.all([watch.close(), verification.close()]);
    },
  };
}

export const open: Open = ({ database, units, log, notices, settings }) => {
  const { tenant, timeZone, dataDir } = settings;
  const { module, close } = openAudit({ database, units, tenant, log, notices, timeZone, dataDir });
  return { ...module, close };
};
