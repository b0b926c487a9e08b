import { createViews } from '../../platform/audit/views.ts';
import type { Loop } from '../../platform/feed/loop.ts';
import type { Open } from '../../platform/module.ts';
import { createBoard } from './board.ts';
import { createCameraSetup } from './camera-setup.ts';
import { registerCameraSetup } from './camera-setup-routes.ts';
import { deviceCheckFlow } from './check-flow.ts';
import { createDeviceChecks } from './checks.ts';
import { followDevices } from './devices.ts';
import { createDiagnosis } from './diagnosis.ts';
import { createHourList } from './hours.ts';
import { registerHealthIngest } from './ingest.ts';
import { createOutageList } from './outages.ts';
import { registerDeviceHealth } from './routes.ts';
import { createHealthSettings } from './settings.ts';
import { registerStillIngest } from './still-ingest.ts';
import { createOutageStills } from './stills.ts';
import { watchDevices } from './watch.ts';

/** The health of cameras, workers, gateways and devices on site, with its history. */
export const open: Open = (platform) => {
  const { database, settings, workflows, devices: gate, sealed, units, live } = platform;
  const { tenant } = settings;
  const devices = followDevices(platform);
  workflows.seed(deviceCheckFlow, { read: 'device-health:read' });
  const checks = createDeviceChecks(platform, devices);
  const stills = createOutageStills(platform, createViews(units));
  let watch: Loop | null = null;
  return {
    register: (app) => {
      registerHealthIngest(app, { database, tenant, devices: gate });
      registerStillIngest(app, {
        database,
        tenant,
        sealed,
        devices: gate,
        onStored: () => live.push(tenant, 'device-health', { type: 'device-outages' }),
      });
      registerCameraSetup(app, createCameraSetup(platform));
      registerDeviceHealth(app, {
        board: createBoard(platform, devices),
        hours: createHourList(platform, devices),
        outages: createOutageList(platform, devices, stills),
        stills,
        settings: createHealthSettings(platform),
        checks,
        diagnose: createDiagnosis(platform),
      });
    },
    start() {
      watch = watchDevices(platform, devices);
    },
    close: () => watch?.close(),
  };
};
