import type { BusKind } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { busUser, openSite, startApi, until } from './site.ts';
import { startWorker } from './worker.ts';

interface BusState {
  users: { kind: string; name: string }[];
  refused: { user: string; what: string; count: number; detail: string | null }[];
}

/** An API with `worker-1`, whose bus has attackers of any kind, and what it shows of refusals. */
export async function openBusAttacks() {
  const site = await openSite();
  const api = await startApi(site, (await site.seededDatabase()).appUrl);
  const worker = await startWorker(site, api);
  const admin = await api.signIn('admin');
  const clients: MqttClient[] = [];
  const bus = async () => (await (await api.get('/api/v1/bus', admin)).json()) as BusState;
  return {
    site,
    api,
    worker,
    admin,
    /** A connection of a user of the broker. */
    async as(kind: BusKind, name = ''): Promise<MqttClient> {
      const { url, options } = busUser(site, kind, name);
      const client = await mqtt.connectAsync(url, options);
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    /** A connection with a guessed secret, which the broker refuses. */
    guess(username: string, clientId: string): MqttClient {
      const thief = mqtt.connect(site.broker.url, {
        clientId,
        username,
        password: 'guessed',
        protocolVersion: 4,
        reconnectPeriod: 0,
      });
      clients.push(thief);
      return thief;
    },
    /** @param message a text is sent as it is. */
    send(client: MqttClient, topic: string, message: object | string, retain = false) {
      const text = typeof message === 'string' ? message : JSON.stringify(message);
      return client.publishAsync(topic, text, { qos: 1, retain });
    },
    violations: async () =>
      (
        (await (
          await api.get('/api/v1/violations?limit=100', await api.signIn('safety'))
        ).json()) as {
          items: object[];
        }
      ).items,
    bus,
    /** Waits until something is shown as refused of a user. */
    shown: (user: string, what: string, least = 1) =>
      until(
        async () =>
          (await bus()).refused.find(
            (one) => one.user === user && one.what === what && one.count >= least,
          ),
        `${what} of ${user} is shown`,
      ),
    async stop() {
      for (const client of clients) await client.endAsync(true);
      await worker.stop();
      await api.stop();
      await site.stop();
    },
  };
}
export type BusAttacks = Awaited<ReturnType<typeof openBusAttacks>>;
