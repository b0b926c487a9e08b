import type { Open } from '../../platform/module.ts';
import { isDeviceRevoked } from '../devices/revoked.ts';
import { machineControlActions } from './machine-control.ts';
import { registerSiteDevices } from './routes.ts';
import { createSiteDevices } from './service.ts';
import { beaconActions, speakerActions } from './signals.ts';
import { followSiteDevices, type SiteDeviceStates } from './states.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    siteDevices: Pick<SiteDeviceStates, 'now' | 'heard'>;
  }
}

/** The register of devices on site, what they do, and which of them get commands. */
export const open: Open = (platform) => {
  const { commands, services } = platform;
  commands.define('beacon', beaconActions);
  commands.define('speaker', speakerActions);
  commands.define('machine-control', machineControlActions);
  commands.guard(async (tx, device) => {
    const row = await tx.siteDevice.findFirst({ where: { device }, select: { active: true } });
    if (!row) return 'unregistered';
    if (!row.active) return 'out-of-use';
    return (await isDeviceRevoked(tx, 'actuator', device)) ? 'revoked' : null;
  });
  const states = followSiteDevices(platform);
  services.provide('siteDevices', states);
  const devices = createSiteDevices(platform, states);
  return {
    register: (app) => registerSiteDevices(app, devices),
    close: () => states.close(),
  };
};
