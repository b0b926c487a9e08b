import type { Open } from '../../platform/module.ts';
import { scheduleForgetting } from './job.ts';
import { createKnownDevices } from './known-devices.ts';
import { authModule } from './routes.ts';
import { createSecondFactorService } from './second-factor.ts';
import { createAuthService } from './service.ts';
import { createSecondFactor, type SecondFactor } from './totp.ts';

declare module '../../platform/module.ts' {
  interface ModuleServices {
    secondFactor: SecondFactor;
  }
}

/** Authentication: sessions, passwords and the second factor. */
export const open: Open = async (platform) => {
  const { settings, auth, accounts, units, features, sealed, jobs, services } = platform;
  const events = platform.accountEvents;
  const { tenant, session, timeZone } = settings;
  const secondFactor = createSecondFactor(sealed);
  services.provide('secondFactor', secondFactor);
  const service = createAuthService({
    auth,
    accounts,
    units,
    secondFactor,
    tenant,
    events,
    session,
    features: () => features.list(),
  });
  await scheduleForgetting({ units, jobs, timeZone });
  return authModule({
    service,
    secondFactor: createSecondFactorService({ auth: service, units, events, secondFactor }),
    devices: createKnownDevices(settings.tokenSecret),
    tenant,
  });
};
