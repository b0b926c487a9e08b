import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import mqtt from 'mqtt';
import { startBroker } from '../../gateway/src/testing/broker.ts';
import { startModbusServer } from '../../gateway/src/testing/modbus-server.ts';

/** A device that the gateway of the bench switches. */
export interface AlarmTarget {
  readonly name: string;
  /** The `driver` of gateway.yaml. */
  readonly driver: object;
  /** Times at which its light was switched on, ms since the epoch; null where it is not ours to see. */
  readonly lit: number[] | null;
  close(): Promise<void>;
}

const lights = { off: 0, flash: 1 };
/** Coil 0 is the light, coil 1 the sound. */
const modbusDriver = (url: string) => ({
  kind: 'modbus',
  url,
  timeoutMs: 1000,
  outputs: { light: { coil: 0, values: lights }, sound: { coil: 1 } },
});
/** Topics of a device that says what it has. */
const mqttDriver = (url: string) => ({
  kind: 'mqtt',
  url,
  timeoutMs: 1000,
  outputs: {
    light: { set: 'beacon/light/set', state: 'beacon/light/state' },
    sound: { set: 'beacon/sound/set', state: 'beacon/sound/state' },
  },
});
/** PUT and GET of `{"light": "flash", "sound": true}`. */
const httpDriver = (url: string) => ({
  kind: 'http',
  url,
  timeoutMs: 1000,
  outputs: { light: {}, sound: {} },
});

/**
 * The device at an address: modbus://HOST:PORT, mqtt://… or http://….
 *
 * @throws Error where it is none of these.
 */
export function targetAt(address: string): AlarmTarget {
  const kind = /^(modbus|mqtt|http)s?:\/\//.exec(address)?.[1];
  const driver =
    kind === 'modbus'
      ? modbusDriver
      : kind === 'mqtt'
        ? mqttDriver
        : kind === 'http'
          ? httpDriver
          : null;
  if (!driver)
    throw new Error(`--to ${address}: it must be modbus://HOST:PORT, mqtt://… or http://…`);
  return { name: `bench-${kind}`, driver: driver(address), lit: null, close: async () => {} };
}

/** One server of each kind in this process. */
export async function ownTargets(): Promise<AlarmTarget[]> {
  return Promise.all([modbusTarget(), mqttTarget(), httpTarget()]);
}

export async function modbusTarget(): Promise<AlarmTarget> {
  const server = await startModbusServer();
  const { writes } = server;
  return {
    name: 'bench-modbus',
    driver: modbusDriver(server.url),
    get lit() {
      return writes
        .filter(({ of, address, value }) => of === 'coil' && address === 0 && value === 1)
        .map(({ at }) => at);
    },
    close: () => server.close(),
  };
}

async function mqttTarget(): Promise<AlarmTarget> {
  const broker = await startBroker();
  const device = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
  const lit: number[] = [];
  device.on('message', (topic, payload) => {
    if (topic === 'beacon/light/set' && payload.toString() !== 'off') lit.push(Date.now());
    device.publish(topic.replace('/set', '/state'), payload, { qos: 1, retain: true });
  });
  await device.subscribeAsync('beacon/+/set', { qos: 1 });
  return {
    name: 'bench-mqtt',
    driver: mqttDriver(broker.url),
    lit,
    async close() {
      await device.endAsync(true);
      await broker.close();
    },
  };
}

async function httpTarget(): Promise<AlarmTarget> {
  const lit: number[] = [];
  const has: Record<string, unknown> = { light: 'off', sound: false };
  const server = createHttpServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    if (request.method === 'PUT') {
      Object.assign(has, JSON.parse(text));
      if (has.light !== 'off') lit.push(Date.now());
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(has));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    name: 'bench-http',
    driver: httpDriver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/outputs`),
    lit,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
