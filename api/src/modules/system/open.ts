import type { Open } from '../../platform/module.ts';
import { systemModule } from './routes.ts';
import { createSystemService } from './service.ts';

/** How the system is: for operators, load balancers and Prometheus. */
export const open: Open = ({ settings, version, database, bus, metrics, uploads, services }) => {
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
  return systemModule(service, settings.metricsToken);
};
