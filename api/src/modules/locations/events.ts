import { location, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { LocationsService } from './service.ts';

/** Takes locations that providers publish on the bus. */
export function takeLocations(options: {
  bus: Bus;
  service: LocationsService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
}): void {
  const { bus, service, metrics, log, tenant } = options;
  bus.subscribe(topics.locations(tenant, '+'), 1, (topic, message) => {
    const read = location.safeParse(message);
    if (read.success) return service.enqueue(read.data);
    metrics.busInvalid.inc({ kind: 'location' });
    log.warn({ topic }, 'a location does not match its schema');
  });
}
