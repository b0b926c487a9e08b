import { join } from 'node:path';
import { busAddress, busUserName, type ImpinjEvent, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import type { GatewayOptions } from '../gateway.ts';
import { openLlrp } from './client.ts';
import { addressOf, type ReaderConfig } from './config.ts';
import { ReadJournal } from './read-journal.ts';
import type { TagRead } from './reports.ts';

/** Reads of so long are written and sent together, ms. */
const COLLECT_MS = 100;

/** A reader that a gateway carries. */
export interface CarriedReader {
  readonly name: string;
  /** Why it does not read now; null where it does. */
  readonly fault: string | null;
  close(): Promise<void>;
}

/**
 * Reads with a reader by LLRP, and publishes what it reads under the credential of the reader, in the form of Impinj. While
 * the broker is away, reads wait on the disk and keep their own time.
 */
export async function carryReader(
  config: ReaderConfig,
  options: Pick<GatewayOptions, 'folder' | 'tenant' | 'mqttUrl' | 'mqttTls' | 'addresses' | 'log'>,
): Promise<CarriedReader> {
  const { reader: name, secret, antennas } = config;
  const address = addressOf(config);
  const { folder, tenant, mqttUrl, mqttTls, addresses } = options;
  const log = options.log.child({ reader: name });
  const journal = await ReadJournal.open(join(folder, `reader-${name}.ndjson`), log);
  const topic = topics.readerImpinj(tenant, name);
  const user = busUserName({ kind: 'reader', name });
  const plain = new URL(mqttUrl);
  plain.username = '';
  plain.password = '';
  const client = mqtt.connect(busAddress(plain.href, user, secret), {
    ...mqttTls,
    protocolVersion: 4,
    clientId: user,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    keepalive: 10,
    queueQoSZero: false,
  });
  const unfollow = addresses?.follow(client, log);
  let fault: string | null = 'not connected yet';
  let sending = false;
  let closing = false;

  /** Sends what waits, a message after the other; the broker has one once it says so. */
  async function send(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      while (client.connected && !closing && journal.waiting > 0) {
        const lines = journal.next();
        await client.publishAsync(topic, `[${lines.join(',')}]`, { qos: 1 });
        await journal.done(lines.length);
      }
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'reads wait for the broker');
    } finally {
      sending = false;
    }
  }
  let collected: ImpinjEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  async function flush(): Promise<void> {
    timer = undefined;
    const batch = collected;
    collected = [];
    await journal.add(batch);
    await send();
  }
  client.on('connect', () => void send());
  client.on('error', ({ message }) =>
    log.debug({ reason: message }, 'the broker cannot be reached, trying again'),
  );
  const llrp = openLlrp({
    ...address,
    antennas,
    onRead(read, at) {
      collected.push(eventOf(read, name, at));
      timer ??= setTimeout(() => void flush(), COLLECT_MS);
    },
    onState(now, { version, facts }) {
      if (now === fault) return;
      fault = now;
      const llrp = version === 2 ? '1.1' : '1.0.1';
      if (now === null) log.info({ llrp, ...facts }, 'the reader reads');
      else log.warn({ reason: now }, 'the reader does not read, trying again');
    },
    onClockOff(ms) {
      if (ms === null) log.info('the clock of the reader agrees with ours again');
      else log.warn({ seconds: ms / 1000 }, 'the clock of the reader is off: times are corrected');
    },
  });
  return {
    name,
    get fault() {
      return fault;
    },
    async close() {
      await llrp.close();
      clearTimeout(timer);
      await flush();
      closing = true;
      unfollow?.();
      await journal.close();
      await client.endAsync(!client.connected).catch(() => {});
    },
  };
}

/** A read in the form of the Impinj IoT Device Interface. */
const eventOf = ({ epc, antenna, rssi }: TagRead, hostname: string, at: number): ImpinjEvent => {
  const time = new Date(at).toISOString();
  return {
    eventType: 'tagInventory',
    hostname,
    timestamp: time,
    tagInventoryEvent: {
      epcHex: epc,
      antennaPort: antenna,
      lastSeenTime: time,
      ...(rssi === null ? {} : { peakRssiCdbm: rssi * 100 }),
    },
  };
};
