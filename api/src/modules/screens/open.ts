import type { Open } from '../../platform/module.ts';
import { createWallGroups } from './groups.ts';
import { registerScreens } from './routes.ts';
import { createScreens } from './service.ts';

/** Shared groups of the camera wall, and screens that show one without a person who is signed in. */
export const open: Open = (platform) => {
  const { units, accounts, auth, features, services, settings } = platform;
  const { tenant } = settings;
  const events = platform.accountEvents;
  const { configuration, service: reach } = services.get('cameras');
  const cameras = () => configuration.file.cameras;
  const groups = createWallGroups({ units, events, tenant, cameras, reach });
  const screens = createScreens({
    units,
    accounts,
    auth,
    events,
    groups,
    tenant,
    features: () => features.list(),
  });
  return { register: (app) => registerScreens(app, { groups, screens }) };
};
