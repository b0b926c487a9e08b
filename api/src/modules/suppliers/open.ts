import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Open } from '../../platform/module.ts';
import { createDisposals } from './disposals.ts';
import { createLimits } from './limits.ts';
import { createLots } from './lots.ts';
import { CERTIFICATE, CONTRACT, certificates, contracts, refreshOwed } from './obligations.ts';
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

export const open: Open = (platform) => {
  const { units, uploads, notices, obligations, services, settings } = platform;
  const { timeZone } = settings;
  const { files } = uploads;
  const records = createSupplierRecords({ units, files, timeZone });
  services.provide('suppliers', records);
  files.guard(QUALIFICATION, async (account) => account.permissions.has('supplier:read'));
  obligations.provide(CERTIFICATE, certificates);
  obligations.provide(CONTRACT, contracts);
  const refresh = (unit: Unit, id: string) => refreshOwed(obligations, unit, id);
  return {
    register: (app) =>
      registerSuppliers(app, {
        list: createSupplierList({ units, records, timeZone }),
        suppliers: createSuppliers({ units, records, refresh }),
        qualifications: createQualifications({ units, files, notices, records, refresh }),
        lots: createLots({ units, records }),
        limits: createLimits({ units }),
        disposals: createDisposals({ units, records }),
      }),
  };
};
