import type { Open } from '../../platform/module.ts';
import { permittedLocations } from '../consent/gate.ts';
import { takeLocations } from './events.ts';
import { locationsModule } from './routes.ts';
import { createLocationsService } from './service.ts';

/** Positions of badges and vehicles, of those who agreed to it. */
export const open: Open = ({ settings, log, database, bus, metrics, devices }) => {
  const { tenant } = settings;
  const service = createLocationsService({
    database,
    metrics,
    log,
    tenant,
    permitted: permittedLocations,
  });
  takeLocations({ bus, metrics, log, tenant, service });
  return { ...locationsModule(service, devices), close: () => service.close() };
};
