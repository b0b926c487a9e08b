import type { Open } from '../../platform/module.ts';
import { OWN, ownObligations } from './obligations.ts';
import { createOwnObligations } from './own-obligations.ts';
import { registerOwnObligations } from './routes.ts';

/** How often running hours are read. */
const EVERY_15_MINUTES = '*/15 * * * *';

/** Recurring obligations that people add by hand. */
export const open: Open = async (platform) => {
  const { obligations, services, settings, jobs } = platform;
  const parts = { hours: services.get('machineHours'), timeZone: settings.timeZone };
  obligations.provide(OWN, ownObligations(parts));
  const own = createOwnObligations({ ...platform, ...parts });
  jobs.define('own-obligation-hours', { atStart: false }, (_data, { tenant }) =>
    own.readHours(tenant),
  );
  await jobs.schedule('own-obligation-hours', EVERY_15_MINUTES, {}, settings.timeZone);
  return { register: (app) => registerOwnObligations(app, own) };
};
