import type { Open } from '../../platform/module.ts';
import { permittedLocations } from '../consent/gate.ts';
import { takeLocations } from './events.ts';
import { locationsModule } from './routes.ts';
import { createLocationsService } from './service.ts';

/** Positions of badges and vehicles, of those who agreed to it. */
export const open: Open = (platform) => {
  const { settings, log, database, bus, metrics, devices, services } = platform;
  const positions = services.get('positions');
  const refusals = platform.busRefusals;
  const { tenant } = settings;
  const service = createLocationsService({
    database,
    metrics,
    log,
    tenant,
    permitted: permittedLocations,
    arrived: positions.take,
  });
  takeLocations({ bus, metrics, log, tenant, service, refusals });
  return { ...locationsModule(service, devices, positions), close: () => service.close() };
};
