import { type Location, location, topics } from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
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
  /** @param faultOf what is wrong with a location that matches the schema; null for nothing. */
  function take(topic: string, message: unknown, faultOf: (read: Location) => string | null) {
    const read = location.safeParse(message);
    const fault = read.success ? faultOf(read.data) : z.prettifyError(read.error);
    if (read.success && fault === null) return service.enqueue(read.data);
    metrics.busInvalid.inc({ kind: 'location' });
    const [, , , channel, name] = topic.split('/');
    const user = `${channel === 'readers' ? 'reader' : 'tracker'}-${name}`;
    const what = read.success ? 'sender' : 'schema';
    refusals.note({ user, what, topic, detail: fault ?? '' });
    log.warn({ topic, why: fault }, 'a location does not match its schema or its topic');
  }
  // A single badge or vehicle sends its own data only.
  bus.subscribe(topics.locations(tenant, '+'), 1, (topic, message) =>
    take(topic, message, (read) =>
      topic === topics.locations(tenant, read.provider_id)
        ? null
        : 'provider_id must be the name in the topic',
    ),
  );
  // A reader sends for many badges, each time under its own name. It reads badges: what another technique
  // finds is not its to tell.
  bus.subscribe(topics.readerLocations(tenant, '+'), 1, (topic, message) =>
    take(topic, message, (read) => {
      const [reader = ''] = read.source.split('/');
      if (topic !== topics.readerLocations(tenant, reader)) {
        return 'source must be the name in the topic, or begin with it and a slash';
      }
      return read.provider_type === 'rfid'
        ? null
        : `provider_type must be rfid on the topic of a reader, and is ${read.provider_type}`;
    }),
  );
}
