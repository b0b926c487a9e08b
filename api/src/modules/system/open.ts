import type { Open } from '../../platform/module.ts';
import { accountFacts } from '../users/account-facts.ts';
import { scheduleOutages } from './outages.ts';
import { systemModule } from './routes.ts';
import { securityReport } from './security-facts.ts';
import { createSystemService } from './service.ts';

/** How the system is: for operators, load balancers and Prometheus. */
export const open: Open = async (platform) => {
  const { settings, version, database, units, bus, metrics, uploads, services } = platform;
  const { notices, jobs, features } = platform;
  const { configuration, states } = services.get('cameras');
  const service = createSystemService({
    version,
    demo: settings.demo !== null,
    tenant: settings.tenant,
    database,
    bus,
    metrics,
    configuration,
    states,
    violations: services.get('violations').service,
    files: () => uploads.status(),
  });
  await scheduleOutages({
    units,
    notices,
    states,
    configuration,
    timeZone: settings.timeZone,
    jobs,
    whileOn: (work) => features.whileOn('monitoring', work),
  });
  return systemModule(service, settings.metricsToken, () =>
    securityReport({ settings, database, accounts: accountFacts }),
  );
};
