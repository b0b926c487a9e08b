import type { Open } from '../../platform/module.ts';
import { seedDemoViolations } from './demo.ts';
import { takeViolationEvents } from './events.ts';
import { ingestModule } from './routes.ts';
import { createIngestService } from './service.ts';

/** What camera workers send: events of violations and their evidence. */
export const open: Open = (platform) => {
  const { settings, log, database, units, bus, metrics, evidence, services } = platform;
  const { busSigner: signer, busRefusals: refusals } = platform;
  const { tenant } = settings;
  const service = createIngestService({
    database,
    units,
    store: evidence,
    cameras: services.get('cameras').service,
    events: services.get('violations').events,
    incidents: services.get('incidents').service,
    renditions: services.get('renditions'),
    clipOrders: services.get('clipOrders'),
    sceneClips: services.get('sceneClips'),
    metrics,
    tenant,
    timeZone: settings.timeZone,
  });
  takeViolationEvents({ bus, metrics, log, tenant, service, signer, refusals });
  let demo: Promise<void> = Promise.resolve();
  return {
    ...ingestModule(service),
    start() {
      if (!settings.demo?.records) return;
      demo = seedDemoViolations(platform).catch((err: unknown) =>
        log.warn({ err }, 'the demonstration has no violations'),
      );
    },
    close: () => demo,
  };
};
