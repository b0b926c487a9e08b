import { busClientId, type Location, type MachineState, topics } from '@anshi/contracts';
import type { MqttTls } from '@anshi/contracts/tls';
import { connect, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';

/** Publishes badges and machines, and lets devices take commands. */
export interface Bus {
  publishLocation(location: Location): void;
  publishMachine(state: MachineState): void;
  /** Publishes what a device has signed. */
  publishText(topic: string, text: string, retain: boolean): void;
  /**
   * Passes on the bytes of what comes on a topic of a device, also after a reconnect.
   *
   * @param filter a topic; its last level may be `+`.
   */
  take(filter: string, take: (payload: Uint8Array, topic: string) => void): void;
  close(): Promise<void>;
}

/** A plant without a bus: messages are discarded. */
export const silentBus: Bus = {
  publishLocation: () => {},
  publishMachine: () => {},
  publishText: () => {},
  take: () => {},
  close: async () => {},
};

/**
 * Publishes on an MQTT broker and reconnects. A late position is worthless, so nothing is queued.
 *
 * @param onConnect called at each connection, to republish retained states.
 * @param tls for `mqtts://` and `wss://`.
 */
export function connectBus(
  url: string,
  tenant: string,
  log: Logger,
  onConnect: () => void,
  tls: MqttTls = {},
): Bus {
  const client: MqttClient = connect(url, {
    ...tls,
    protocolVersion: 4,
    clientId: busClientId(url, `simulator-${process.pid}-${Date.now().toString(36)}`),
    reconnectPeriod: 1000,
    connectTimeout: 5000,
    queueQoSZero: false,
  });
  let reported = false;
  client.on('connect', () => {
    reported = false;
    log.info('the bus is connected');
    onConnect();
  });
  client.on('error', (error) => {
    // Once per outage, not each second.
    if (!reported) log.warn({ reason: error.message }, 'the bus cannot be reached, retrying');
    reported = true;
  });
  const takers = new Map<string, (payload: Uint8Array, topic: string) => void>();
  client.on('message', (topic, payload) => {
    try {
      const any = topic.replace(/[^/]+$/, '+');
      (takers.get(topic) ?? takers.get(any))?.(payload, topic);
    } catch (error) {
      log.warn({ topic, reason: String(error) }, 'a message to a device cannot be read');
    }
  });
  const publishText = (topic: string, text: string, retain: boolean) => {
    if (!client.connected) return;
    client.publish(topic, text, { qos: 1, retain }, (error) => {
      if (error) log.warn({ topic, reason: error.message }, 'a message was not published');
    });
  };
  const publish = (topic: string, message: object, retain: boolean) =>
    publishText(topic, JSON.stringify(message), retain);
  return {
    publishLocation: (location) => {
      // A portal reports what it read, a tag its own position.
      const topic =
        location.provider_type === 'rfid'
          ? topics.readerLocations(tenant, location.source)
          : topics.locations(tenant, location.provider_id);
      publish(topic, location, false);
    },
    publishText,
    take: (filter, take) => {
      takers.set(filter, take);
      // It is subscribed again with each connection.
      client.subscribe(filter, { qos: 1 }, (error) => {
        if (error) log.warn({ filter, reason: error.message }, 'a device is not reached yet');
      });
    },
    publishMachine: (state) => publish(topics.machineState(tenant, state.machine), state, true),
    close: () => client.endAsync(true),
  };
}
