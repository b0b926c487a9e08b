import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { busAddress, busClientId, busUserName, type GatewayStatus, topics } from '@anshi/contracts';
import type { MqttTls } from '@anshi/contracts/tls';
import mqtt, { type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { BusAddresses } from './bus-addresses.ts';
import type { DeviceConfig, DriverConfig } from './config.ts';
import type { GatesConfig } from './config-gates.ts';
import { Device } from './device.ts';
import type { Driver } from './drivers/driver.ts';
import { openHttp } from './drivers/http.ts';
import { openModbus } from './drivers/modbus.ts';
import { openMqtt } from './drivers/mqtt.ts';
import { type Gates, openGates } from './edge/gates.ts';
import { Journal } from './journal.ts';
import { type CarriedReader, carryReader } from './readers/carry-reader.ts';
import type { ReaderConfig } from './readers/config.ts';

/** How long the bus may be lost before the fault outputs show it, ms. */
const LOST_AFTER_MS = 5_000;
const TELL_AGAIN_MS = 10_000;
/** So many answers of a device are kept while no connection is open; the oldest are left out first. */
const MOST_UNSENT = 500;

export interface GatewayOptions {
  readonly name: string;
  readonly tenant: string;
  /** The broker, with the user of the gateway in it. */
  readonly mqttUrl: string;
  /** The same broker in all networks; the first is that of `mqttUrl`. */
  readonly addresses?: BusAddresses;
  readonly mqttTls?: MqttTls;
  /** Journals of the devices; must survive restarts. */
  readonly folder: string;
  readonly devices: readonly DeviceConfig[];
  readonly readers?: readonly ReaderConfig[];
  /** Points at machines and doors; null or left out: none. */
  readonly gates?: GatesConfig | null;
  readonly log: Logger;
  readonly lostAfterMs?: number;
}

export interface Gateway {
  /** Where readers and PLCs ask; null where it has no points. */
  readonly gatesPort: number | null;
  close(): Promise<void>;
}

/** Opens the driver of a device; nothing is switched yet. */
export function openDriver(config: DriverConfig): Driver {
  if (config.kind === 'modbus') return openModbus(config);
  return config.kind === 'http' ? openHttp(config) : openMqtt(config);
}

/**
 * Carries devices without a bus of their own, each under the credential of that device. Each begins in
 * its safe state, and hears the bus only then.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log, folder, devices, readers = [] } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const gates = options.gates ? await openGates(options.gates, folder, log) : null;
  const own = openOwnConnection(options, gates);
  const carried = await Promise.all(devices.map((config) => carry(config, options)));
  const reading = await Promise.all(readers.map((config) => carryReader(config, options)));
  const [names, ofReaders] = [devices.map(({ device }) => device), reading.map(({ name }) => name)];
  log.info({ devices: names, readers: ofReaders }, 'the gateway carries its devices');
  own.tell([...carried.map(({ device }) => device), ...reading]);
  return {
    gatesPort: gates?.port ?? null,
    async close() {
      await gates?.close();
      await Promise.all([...carried, ...reading].map((one) => one.close()));
      await own.close();
    },
  };
}

async function carry(config: DeviceConfig, options: GatewayOptions) {
  const { tenant, folder, mqttUrl, mqttTls, addresses, lostAfterMs = LOST_AFTER_MS } = options;
  const log = options.log.child({ device: config.device });
  const journal = await Journal.open(join(folder, `${config.device}.json`), log);
  let client: MqttClient | null = null;
  /** Answers of what was still being carried out when the connection ended. */
  const unsent: { topic: string; text: string }[] = [];
  function publish(topic: string, text: string, retain: boolean): void {
    // A state is sent after each connection anyway.
    const keep = () => {
      if (retain) return;
      unsent.push({ topic, text });
      if (unsent.length > MOST_UNSENT) unsent.shift();
    };
    if (!client?.connected || client.disconnecting) {
      keep();
      return;
    }
    client.publish(topic, text, { qos: 1, retain }, (error) => {
      if (error) keep();
    });
  }
  const device = new Device({
    config,
    tenant,
    driver: openDriver(config.driver),
    journal,
    log,
    publish,
  });
  await device.start();

  const user = busUserName({ kind: 'actuator', name: config.device });
  const plain = new URL(mqttUrl);
  plain.username = '';
  plain.password = '';
  const url = busAddress(plain.href, user, config.secret);
  const will = () => ({
    topic: topics.actuatorState(tenant, config.device),
    payload: Buffer.from(device.stateText(false)),
    qos: 1 as const,
    retain: true,
  });
  const connection = mqtt.connect(url, {
    ...mqttTls,
    protocolVersion: 4,
    clientId: user,
    // What comes while the line is down waits; what is over then is refused.
    clean: false,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    keepalive: 10,
    queueQoSZero: false,
    will: will(),
  });
  client = connection;
  const unfollow = addresses?.follow(connection, log);
  let lost: NodeJS.Timeout | undefined;
  const losing = () => {
    lost ??= setTimeout(() => device.showLost(true), lostAfterMs).unref();
  };
  losing();
  let told = false;
  connection.on('connect', () => {
    told = false;
    clearTimeout(lost);
    lost = undefined;
    device.showLost(false);
    for (const { topic, text } of unsent.splice(0)) publish(topic, text, false);
    const topicsOf = [
      topics.command(tenant, config.device),
      topics.alarm(tenant, config.device, '+'),
      topics.alarmRules(tenant, config.device),
    ];
    connection.subscribe(topicsOf, { qos: 1 }, (error) => {
      if (error) log.error({ err: error }, 'the broker refuses the topics of the device');
    });
    device.tell();
  });
  connection.on('close', () => {
    losing();
    connection.options.will = will();
  });
  connection.on('error', ({ message }) => {
    if (!told) log.warn({ reason: message }, 'the broker cannot be reached, trying again');
    told = true;
  });
  connection.on('message', (topic, payload) => void device.take(topic, payload));
  return {
    device,
    async close() {
      clearTimeout(lost);
      unfollow?.();
      connection.removeAllListeners('close');
      await device.close();
      await connection.endAsync(!connection.connected).catch(() => {});
    },
  };
}

/** What is told of a device or a reader. */
type Told = Pick<Device | CarriedReader, 'name' | 'fault'>;

/** The gateway itself: its state, retained, with a last will. */
function openOwnConnection(
  { name, tenant, mqttUrl, mqttTls, addresses, log }: GatewayOptions,
  gates: Pick<Gates, 'status'> | null,
) {
  const topic = topics.gatewayStatus(tenant, name);
  const textOf = (online: boolean, all: readonly Told[]) => {
    const status: GatewayStatus = {
      gateway: name,
      online,
      devices: all.map((device) => ({ device: device.name, fault: device.fault })),
      ...(gates ? { gates: gates.status } : {}),
      at: new Date().toISOString(),
    };
    return JSON.stringify(status);
  };
  const client = mqtt.connect(mqttUrl, {
    ...mqttTls,
    protocolVersion: 4,
    clientId: busClientId(mqttUrl, `gateway-${name}`),
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
    keepalive: 10,
    queueQoSZero: false,
    will: { topic, payload: Buffer.from(textOf(false, [])), qos: 1, retain: true },
  });
  const unfollow = addresses?.follow(client, log);
  let devices: readonly Told[] = [];
  const tell = (online = true) => {
    if (client.connected) client.publish(topic, textOf(online, devices), { qos: 1, retain: true });
  };
  client.on('error', ({ message }) =>
    log.debug({ reason: message }, 'the gateway is not connected'),
  );
  client.on('connect', () => tell());
  const telling = setInterval(() => tell(), TELL_AGAIN_MS).unref();
  return {
    tell(all: readonly Told[]) {
      devices = all;
      tell();
    },
    async close() {
      clearInterval(telling);
      unfollow?.();
      tell(false);
      await client.endAsync(!client.connected).catch(() => {});
    },
  };
}
