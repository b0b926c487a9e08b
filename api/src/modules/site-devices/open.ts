import type { Open } from '../../platform/module.ts';
import { isDeviceRevoked } from '../devices/revoked.ts';
import { beaconActions } from './beacon.ts';
import { registerSiteDevices } from './routes.ts';
import { createSiteDevices } from './service.ts';
import { followSiteDevices } from './states.ts';

/** The register of devices on site, what they do, and which of them get commands. */
export const open: Open = (platform) => {
  const { commands } = platform;
  commands.define('beacon', beaconActions);
  commands.guard(async (tx, device) => {
    const row = await tx.siteDevice.findFirst({ where: { device }, select: { active: true } });
    if (!row) return 'unregistered';
    if (!row.active) return 'out-of-use';
    return (await isDeviceRevoked(tx, 'actuator', device)) ? 'revoked' : null;
  });
  const states = followSiteDevices(platform);
  const devices = createSiteDevices(platform, states);
  return {
    register: (app) => registerSiteDevices(app, devices),
    close: () => states.close(),
  };
};
