import { type MachineState, topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import type { GateAnswer, GatePoint } from '../modules/gates/schema.ts';
import { openDatabase } from '../platform/db/database.ts';
import { makeDevice, type TestDevice } from './devices.ts';
import { busUser, openSite, type Sent, startApi } from './site.ts';

/** Badges of the demonstration: the fitter may weld, the shift leader has another category, one has expired. */
export const cards = { fitter: 'badge-lent-1', leader: 'badge-w3', assembler: 'badge-w2' } as const;

export type Answered = GateAnswer & { code?: string };

/** An API with points at machines and doors, and machines that say what they do. */
export async function openGates(more: Parameters<typeof startApi>[2] = {}) {
  const site = await openSite();
  const urls = await site.seededDatabase();
  const api = await startApi(site, urls.appUrl, more);
  const database = openDatabase(urls.appUrl);
  const { url, options } = busUser(site, 'simulator');
  const machines = await mqtt.connectAsync(url, options);
  let count = 0;

  /** A point with its credential. */
  async function point(
    more: {
      machineId?: string;
      areaId?: string;
      stopDevice?: string;
      direction?: 'entry' | 'exit';
    },
    device = `gate-${++count}`,
  ): Promise<{ id: string; device: TestDevice }> {
    const credential = await makeDevice(api, 'gate', device);
    const body = { device, name: { zh: device, en: device }, ...more };
    const made = await api.send<GatePoint>('maintainer', 'POST', '/gates/points', body);
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    return { id: made.body.id, device: credential };
  }

  /** The seeded point of the welder with a credential of the test. */
  async function welder(): Promise<{ id: string; device: TestDevice }> {
    const { body } = await api.send<{ items: GatePoint[] }>('maintainer', 'GET', '/gates/points');
    const seeded = body.items.find(({ machineId }) => machineId === 'welder-1');
    if (seeded) {
      const version = seeded.version;
      await api.send('maintainer', 'PATCH', `/gates/points/${seeded.id}`, {
        version,
        active: false,
      });
    }
    return point({ machineId: 'welder-1' });
  }

  /** Asks as a point does. */
  async function ask(
    device: Pick<TestDevice, 'name' | 'headers'>,
    body: {
      machine?: string;
      area?: string;
      card?: string;
      code?: string;
      plate?: string;
      at?: string;
      point?: string;
    },
    { key = ulid(), headers = {} as Record<string, string | null> } = {},
  ): Promise<Sent<Answered>> {
    const path = body.machine === undefined ? 'area-entry' : 'machine-start';
    const sent = {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...device.headers,
      ...headers,
    };
    const answer = await fetch(`${api.url}/api/v1/gates/${path}`, {
      method: 'POST',
      headers: Object.fromEntries(
        Object.entries(sent).filter((one): one is [string, string] => one[1] !== null),
      ),
      body: JSON.stringify({ point: device.name, at: new Date().toISOString(), ...body }),
    });
    return { status: answer.status, body: (await answer.json()) as Sent<Answered>['body'] };
  }

  const says = (machine: string, state: MachineState['state'], at = new Date()) =>
    machines.publishAsync(
      topics.machineState('demo', machine),
      JSON.stringify({ machine, state, at: at.toISOString() } satisfies MachineState),
      { qos: 1, retain: true },
    );

  return {
    site,
    urls,
    api,
    database,
    point,
    welder,
    ask,
    says,
    /** Those of this test: the demonstration has some of months ago. */
    sessions: (machine: string) =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.gateSession.findMany({
          where: { machine, from: { gte: new Date(Date.now() - 30 * 86_400_000) } },
          orderBy: [{ from: 'asc' }, { id: 'asc' }],
        }),
      ),
    decisions: () =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.gateDecision.findMany({ orderBy: { id: 'asc' } }),
      ),
    events: (type: string) =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.outboxEvent.findMany({ where: { type }, orderBy: { seq: 'asc' } }),
      ),
    async stop() {
      await machines.endAsync(true);
      await database.close();
      await api.stop();
      await site.stop();
    },
  };
}
export type GateWorld = Awaited<ReturnType<typeof openGates>>;
