import {
  impinjEvents,
  type Location,
  location,
  omloxLocation,
  readerName,
  topics,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Bus } from '../../platform/bus.ts';
import type { BusRefusals } from '../../platform/bus-refusals/refusals.ts';
import type { Metrics } from '../../platform/metrics.ts';
import type { ModuleServices } from '../../platform/module.ts';
import type { ReaderRefusal } from '../readers/schema.ts';
import { fromImpinj } from './adapters.ts';
import { fromOmlox } from './omlox.ts';
import type { LocationsService } from './service.ts';

/** A message as it was read: its locations, or what is wrong with it. */
type Read =
  | { readonly locations: readonly Location[] }
  | { readonly fault: string; readonly code: ReaderRefusal };

/**
 * Takes locations that trackers, readers and locating systems publish on the bus. A message is acknowledged once all of its
 * locations are stored.
 */
export function takeLocations(options: {
  bus: Bus;
  service: LocationsService;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  refusals: Pick<BusRefusals, 'note'>;
  readers: Pick<ModuleServices['readers'], 'isOmlox' | 'refused'>;
}): void {
  const { bus, service, metrics, log, tenant, refusals, readers } = options;

  function refuse(topic: string, code: ReaderRefusal, detail: string): void {
    const what = code === 'form' ? 'schema' : 'sender';
    metrics.busInvalid.inc({ kind: 'location' });
    const [, , , channel, name = ''] = topic.split('/');
    const isReader = channel === 'readers';
    refusals.note({ user: `${isReader ? 'reader' : 'tracker'}-${name}`, what, topic, detail });
    if (isReader) readers.refused(name, code, detail);
    log.warn({ topic, why: detail }, 'a location does not match its schema or its topic');
  }
  /** @param read what a message that matches the schema says. */
  const on = <Schema extends z.ZodType>(
    filter: string,
    schema: Schema,
    read: (message: z.output<Schema>, topic: string) => Read | Promise<Read>,
  ): void =>
    bus.subscribe(filter, 1, (topic, message, _payload, isAgain) => {
      const parsed = schema.safeParse(message);
      if (!parsed.success) return refuse(topic, 'form', z.prettifyError(parsed.error));
      const take = async (one: Read): Promise<void> => {
        if ('fault' in one) return refuse(topic, one.code, one.fault);
        await Promise.all(one.locations.map((found) => service.enqueue(found, isAgain)));
      };
      const found = read(parsed.data, topic);
      // What needs no look into the register is taken in the order of its arrival.
      if (!(found instanceof Promise)) return take(found);
      return found.then(take, (err: unknown) => {
        metrics.locations.inc({ result: 'lost' });
        log.warn({ err, topic }, 'the register of readers cannot be read');
      });
    });

  // A single badge or vehicle sends its own data only.
  on(topics.locations(tenant, '+'), location, (one, topic) =>
    topic === topics.locations(tenant, one.provider_id)
      ? { locations: [one] }
      : { code: 'sender', fault: 'provider_id must be the name in the topic' },
  );
  // A reader sends for many badges, each time under its own name. It reads badges: what another technique
  // finds is not its to tell.
  on(topics.readerLocations(tenant, '+'), location, (one, topic) => {
    const [reader = ''] = one.source.split('/');
    if (topic !== topics.readerLocations(tenant, reader)) {
      const fault = 'source must be the name in the topic, or begin with it and a slash';
      return { code: 'sender', fault };
    }
    return one.provider_type === 'rfid'
      ? { locations: [one] }
      : {
          code: 'technique',
          fault: `provider_type must be rfid on the topic of a reader, and is ${one.provider_type}`,
        };
  });
  on(topics.readerImpinj(tenant, '+'), impinjEvents, (given, topic) => {
    const events = Array.isArray(given) ? given : [given];
    const name = nameIn(topic);
    const other = events.find(({ hostname }) => hostname && readerName(hostname) !== name);
    if (other) {
      const fault = `hostname must be the reader of the topic, and is ${other.hostname}`;
      return { code: 'sender', fault };
    }
    const now = new Date();
    return {
      locations: events
        .map((event) => fromImpinj(event, name, now))
        .filter((found) => found !== null),
    };
  });
  on(topics.readerOmlox(tenant, '+', '+'), omloxLocation, async (one, topic) => {
    const name = nameIn(topic);
    if (topic !== topics.readerOmlox(tenant, name, one.provider_id)) {
      return { code: 'sender', fault: 'provider_id must be that of the topic' };
    }
    return (await readers.isOmlox(name))
      ? { locations: [fromOmlox(one, name, new Date())] }
      : { code: 'not-omlox', fault: 'the reader is not registered with the kind omlox' };
  });
}

/** The reader of a topic below `readers/`. */
const nameIn = (topic: string): string => topic.split('/')[4] ?? '';
