import type { DeviceKind } from '@anshi/contracts/device-secret';
import type { Open } from '../../platform/module.ts';
import { createCredentials } from './credentials.ts';
import { createEnrolment } from './enrolment.ts';
import { enterKnown } from './enter.ts';
import { createEvidenceKeys } from './evidence-keys.ts';
import { createLiveSigners, type LiveSigners } from './live-keys.ts';
import { createRefusals } from './refusals.ts';
import { registerDevices } from './routes.ts';
import { createSharedToken } from './shared-token.ts';
import { createTries } from './tries.ts';
import { scheduleUnused } from './unused.ts';
import { createVerifier } from './verifier.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    /** `liveSigners`: what signs the live views of a worker. */
    devices: {
      liveSigners: LiveSigners;
      /** Enters a credential of the demonstration whose secret is known, where its name has none. */
      enter(device: { kind: DeviceKind; name: string; secret: string }): Promise<void>;
    };
  }
}

/** Credentials of devices, and the guard of the routes that devices use. */
export const open: Open = async (platform) => {
  const { settings, database, units, sealed, notices, metrics, log, jobs, services } = platform;
  const { busUsers, actuatorSigner } = platform;
  const { tenant, timeZone } = settings;
  const shared = createSharedToken({ units, tenant, token: settings.workerToken });
  const refusals = createRefusals({ units, notices, metrics, log, tenant });
  const tries = createTries({
    aMinute: settings.deviceTries,
    refused: () => metrics.deviceRefusals.inc({ reason: 'too-many' }),
  });
  platform.devices.use(createVerifier({ database, units, refusals, tries, shared, tenant }));
  services.provide('devices', {
    liveSigners: createLiveSigners({ database, sealed, tenant }),
    enter: (device) => enterKnown({ units, tenant }, device),
  });
  await scheduleUnused({ units, notices, jobs, timeZone });
  return {
    register: (app) =>
      registerDevices(app, {
        credentials: createCredentials({
          database,
          units,
          sealed,
          bus: busUsers,
          keyOf: actuatorSigner.keyOf,
        }),
        enrolment: createEnrolment({
          database,
          units,
          notices,
          refusals,
          tries,
          sealed,
          tenant,
        }),
        evidenceKeys: createEvidenceKeys({ database, units, notices, tenant }),
      }),
    async start() {
      // So that the page lists it before its first use.
      await shared.row();
    },
  };
};
