import type { Open } from '../../platform/module.ts';
import { permittedLocations } from '../consent/gate.ts';
import { takeLocations } from './events.ts';
import { locationsModule } from './routes.ts';
import { createLocationsService } from './service.ts';

/** Positions of badges and vehicles, of those who agreed to it. */
export const open: Open = (platform) => {
  const { settings, log, database, bus, metrics, devices, busRefusals: refusals } = platform;
  const { tenant } = settings;
  const service = createLocationsService({
    database,
    metrics,
    log,
    tenant,
    permitted: permittedLocations,
  });
  takeLocations({ bus, metrics, log, tenant, service, refusals });
  return { ...locationsModule(service, devices), close: () => service.close() };
};
