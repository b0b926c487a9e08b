import type { Outputs } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import type { MqttConfig } from '../config.ts';
import { type Driver, DriverError, fromWire, toWire } from './driver.ts';

/**
 * A device that is switched over MQTT on a broker of its own: a topic that is written for each output,
 * and one on which the device says what it has. What it said before a write is no answer to it.
 */
export function openMqtt({ url, timeoutMs, outputs }: MqttConfig): Driver {
  const client: MqttClient = mqtt.connect(url, {
    protocolVersion: 4,
    reconnectPeriod: 1000,
    connectTimeout: timeoutMs,
    queueQoSZero: false,
  });
  const said = new Map<string, string>();
  const heard = new Set<() => void>();
  client.on('error', () => {});
  // What was heard before the connection was lost says nothing of now.
  client.on('close', () => said.clear());
  client.on('message', (topic, payload) => {
    said.set(topic, payload.toString('utf8').slice(0, 256));
    for (const wake of heard) wake();
  });
  client.on('connect', () => {
    client.subscribe(
      Object.values(outputs).map(({ state }) => state),
      { qos: 1 },
    );
  });

  async function within<Value>(work: Promise<Value>, what: string): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new DriverError('no-connection', `${masked(url)}: ${what} within ${timeoutMs} ms`));
      }, timeoutMs);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  return {
    async write(wanted) {
      if (!client.connected) {
        throw new DriverError('no-connection', `${masked(url)}: the broker is away`);
      }
      const named = Object.entries(wanted).filter(([name]) => outputs[name]);
      for (const [name] of named) said.delete(outputs[name]?.state as string);
      for (const [name, value] of named) {
        const { set, values } = outputs[name] as MqttConfig['outputs'][string];
        const text = String(values === undefined ? value : toWire(name, value, values));
        await within(client.publishAsync(set, text, { qos: 1 }), 'the broker does not take it');
      }
    },
    async read() {
      const topics = Object.values(outputs).map(({ state }) => state);
      await within(
        new Promise<void>((resolve) => {
          const look = () => {
            if (!topics.every((topic) => said.has(topic))) return;
            heard.delete(look);
            resolve();
          };
          heard.add(look);
          look();
        }),
        'it says nothing of its outputs',
      );
      const read: Outputs = {};
      for (const [name, { state, values }] of Object.entries(outputs)) {
        const raw = said.get(state) as string;
        read[name] =
          values === undefined && (raw === 'true' || raw === 'false')
            ? raw === 'true'
            : values === undefined
              ? raw
              : fromWire(raw, values);
      }
      return read;
    },
    async close() {
      await client.endAsync(true);
    },
  };
}

/** Without a password. */
function masked(url: string): string {
  const address = new URL(url);
  address.password = '';
  return address.href;
}
