import type { Open } from '../../platform/module.ts';
import { scheduleExpiry } from './expiry.ts';
import { createLots } from './lots.ts';
import { registerSuppliers } from './routes.ts';
import { createSuppliers, QUALIFICATION, type Suppliers } from './suppliers.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** The gate, for modules that buy, use or dispose. */
    suppliers: Pick<Suppliers, 'requireCleared' | 'gated'>;
  }
}

export const open: Open = async (platform) => {
  const { units, uploads, notices, jobs, features, services, settings } = platform;
  const { timeZone } = settings;
  const suppliers = createSuppliers({ units, files: uploads.files, timeZone });
  services.provide('suppliers', suppliers);
  uploads.files.guard(QUALIFICATION, async (account) => account.permissions.has('supplier:read'));
  await scheduleExpiry({
    units,
    notices,
    jobs,
    timeZone,
    whileOn: (work) => features.whileOn('suppliers', work),
  });
  const lots = createLots({ units, suppliers });
  return { register: (app) => registerSuppliers(app, { suppliers, lots }) };
};
