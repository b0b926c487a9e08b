import { runRegularly } from '../../platform/kit/daily.ts';
import type { Open } from '../../platform/module.ts';
import { createDisposals } from './disposals.ts';
import { tellOfExpiry } from './expiry.ts';
import { createLimits } from './limits.ts';
import { createLots } from './lots.ts';
import { createQualifications } from './qualifications.ts';
import { registerSuppliers } from './routes.ts';
import { createSupplierList } from './supplier-list.ts';
import { createSupplierRecords, QUALIFICATION, type SupplierRecords } from './supplier-records.ts';
import { createSuppliers } from './suppliers.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** The gate, for modules that buy, use or dispose. */
    suppliers: Pick<SupplierRecords, 'requireCleared' | 'gated'>;
  }
}

export const open: Open = async (platform) => {
  const { units, uploads, notices, services, settings } = platform;
  const { timeZone } = settings;
  const { files } = uploads;
  const records = createSupplierRecords({ units, files, timeZone });
  services.provide('suppliers', records);
  files.guard(QUALIFICATION, async (account) => account.permissions.has('supplier:read'));
  const everyMorning = { id: 'supplier-expiry', feature: 'suppliers', cron: '40 7 * * *' };
  await runRegularly(platform, everyMorning, (tenant) =>
    tellOfExpiry({ units, notices, timeZone }, tenant),
  );
  return {
    register: (app) =>
      registerSuppliers(app, {
        list: createSupplierList({ units, records, timeZone }),
        suppliers: createSuppliers({ units, records }),
        qualifications: createQualifications({ units, files, notices, records }),
        lots: createLots({ units, records }),
        limits: createLimits({ units }),
        disposals: createDisposals({ units, records }),
      }),
  };
};
