import type { Open } from '../../platform/module.ts';
import { accountFacts } from '../users/account-facts.ts';
import { tellOfDisks } from './disk-notices.ts';
import { systemModule } from './routes.ts';
import { securityReport } from './security-facts.ts';
import { createSystemService } from './service.ts';

const LOOK_EVERY_MS = 5_000;

/** How the system is: for operators, load balancers and Prometheus. */
export const open: Open = async (platform) => {
  const { settings, version, database, units, bus, metrics, uploads, services } = platform;
  const { notices, disks, log } = platform;
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
    disks,
  });
  const report = () => securityReport({ settings, database, accounts: accountFacts });
  const look = tellOfDisks({
    disks,
    workers: () => states.workers(),
    units,
    notices,
    tenant: settings.tenant,
    log,
  });
  let timer: NodeJS.Timeout | undefined;
  return {
    ...systemModule(service, settings.metricsToken, report),
    start() {
      timer = setInterval(look, LOOK_EVERY_MS).unref();
    },
    close: () => clearInterval(timer),
  };
};
