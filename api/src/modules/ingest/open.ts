import type { Open } from '../../platform/module.ts';
import { takeViolationEvents } from './events.ts';
import { ingestModule } from './routes.ts';
import { createIngestService } from './service.ts';

/** What camera workers send: events of violations and their evidence. */
export const open: Open = ({
  settings,
  log,
  database,
  units,
  bus,
  metrics,
  evidence,
  services,
  busSigner: signer,
  busRefusals: refusals,
}) => {
  const { tenant } = settings;
  const service = createIngestService({
    database,
    units,
    store: evidence,
    cameras: services.get('cameras').service,
    events: services.get('violations').events,
    incidents: services.get('incidents').service,
    renditions: services.get('renditions'),
    metrics,
    tenant,
    timeZone: settings.timeZone,
  });
  takeViolationEvents({ bus, metrics, log, tenant, service, signer, refusals });
  return ingestModule(service);
};
