import { readMqttTls } from '@anshi/contracts/tls';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';
import { Bus, type BusOptions } from './bus.ts';

/** What comes over the bus, and when it is connected. */
type BusHandlers = Omit<BusOptions, 'url' | 'tls' | 'tenant' | 'worker' | 'key' | 'log'>;

/** The connection of this worker to the broker of its settings. */
export const openBus = (s: WorkerSettings, log: Logger, handlers: BusHandlers): Bus =>
  new Bus({
    ...handlers,
    url: s.ANSHI_MQTT_URL,
    tls: readMqttTls(process.env),
    tenant: s.ANSHI_TENANT,
    worker: s.ANSHI_WORKER_ID,
    key: s.ANSHI_BUS_KEY,
    log: log.child({ part: 'bus' }),
  });
