import { type Location, location, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { LocationsService } from './service.ts';

/** Takes locations that providers publish on the bus. */
export function takeLocations(options: {
  bus: Bus;
  service: LocationsService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  refusals: Pick<BusRefusals, 'note'>;
}): void {
  const { bus, service, metrics, log, tenant, refusals } = options;
  function take(topic: string, message: unknown, isOwn: (read: Location) => boolean) {
    const read = location.safeParse(message);
    if (read.success && isOwn(read.data)) return service.enqueue(read.data);
    metrics.busInvalid.inc({ kind: 'location' });
    const [, , , channel, name] = topic.split('/');
    const user = `${channel === 'readers' ? 'reader' : 'tracker'}-${name}`;
    refusals.note({ user, what: read.success ? 'sender' : 'schema', topic });
    log.warn({ topic }, 'a location does not match its schema or its topic');
  }
  // A single badge or vehicle sends its own data only.
  bus.subscribe(topics.locations(tenant, '+'), 1, (topic, message) =>
    take(topic, message, (read) => topic === topics.locations(tenant, read.provider_id)),
  );
  // A reader sends for many badges, each time under its own name.
  bus.subscribe(topics.readerLocations(tenant, '+'), 1, (topic, message) =>
    take(topic, message, ({ source }) => {
      const [reader = ''] = source.split('/');
      return topic === topics.readerLocations(tenant, reader);
    }),
  );
}
