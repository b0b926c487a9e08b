import { existsSync } from 'node:fs';
import { busKinds, filtersOf, topics } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BusAttacks, openBusAttacks } from '../../testing/bus-attacks.ts';
import { type RunningApi, type Site, until } from '../../testing/site.ts';
import type { TestWorker } from '../../testing/worker.ts';

let world: BusAttacks;
let site: Site;
let api: RunningApi;
let worker: TestWorker;

beforeAll(async () => {
  world = await openBusAttacks();
  ({ site, api, worker } = world);
});
afterAll(() => world?.stop());

const as: BusAttacks['as'] = (...given) => world.as(...given);
const guess: BusAttacks['guess'] = (...given) => world.guess(...given);
const send: BusAttacks['send'] = (...given) => world.send(...given);
const bus = () => world.bus();
const shown: BusAttacks['shown'] = (...given) => world.shown(...given);

describe('an attacker on the bus', () => {
  it('[SEC-23] makes no worker forget a violation by a false acknowledgement', async () => {
    const id = ulid();
    const topic = topics.acknowledgements('demo', worker.name);
    const word = {
      source: `/vision/${worker.name}`,
      id,
      result: 'committed',
      at: new Date().toISOString(),
    };
    // A user of another kind does not reach the topic.
    const machine = await as('machine', 'press-1');
    await send(machine, topic, word);
    await shown('machine-press-1', 'publish');
    // The user name of the API with a wrong password is refused.
    const thief = guess('api', 'api');
    const error = await new Promise<Error>((resolve) => thief.once('error', resolve));
    expect(error.message).toMatch(/user name|username|authori/i);
    expect(worker.acknowledgements(id)).toEqual([]);
  });

  it('hides no refusal by texts that no column can keep', async () => {
    const thief = guess(`worker-\u0000${'x'.repeat(151)}😀`, 'a\u0000b');
    const refused = new Promise<void>((resolve) => thief.once('error', () => resolve()));
    const machine = await as('machine', 'press-3');
    await send(machine, `anshi/v1/demo/${'x'.repeat(241)}😀`, {});
    await send(machine, 'anshi/v1/demo/with\u0000zero', {});
    await refused;
    await shown('machine-press-3', 'publish', 2);
    const { detail } = await shown('(unknown)', 'sign-in');
    expect(detail).toContain('worker-\ufffdxxx');

    // What a badge tells is refused by its schema, with the field and the reason.
    const tracker = await as('tracker', 'badge-9');
    await send(tracker, topics.locations('demo', 'badge-9'), {
      position: { type: 'Point', coordinates: [3, 4] },
      source: 'hall\u0000',
      provider_type: 'uwb',
      provider_id: 'badge-9',
      timestamp_generated: new Date().toISOString(),
    });
    const schema = await shown('tracker-badge-9', 'schema');
    expect(schema.detail).toContain('U+0000');
    expect(schema.detail).toContain('source');
  });

  it('leaves no 200 MB of retained messages behind', async () => {
    const machine = await as('machine', 'flood');
    const topic = topics.machineState('demo', 'flood');
    for (let i = 0; i < 200; i++) {
      await machine.publishAsync(`${topic}/${i}`, Buffer.alloc(100_000, 'x'), {
        qos: 1,
        retain: true,
      });
    }
    await shown('machine-flood', 'publish', 200);
    await machine.publishAsync(topic, Buffer.alloc(100_000, 'x'), { qos: 1, retain: true });
    await shown('machine-flood', 'retained');
    const closed = new Promise<void>((resolve) => machine.once('close', () => resolve()));
    machine.publish(topic, Buffer.alloc(1_000_000, 'x'), { qos: 1, retain: true }, () => {});
    await closed;
    const listener = await as('api', 'looks');
    let bytes = 0;
    listener.on('message', (_topic, payload, { retain }) => {
      if (retain) bytes += payload.length;
    });
    await listener.subscribeAsync('anshi/v1/demo/#', { qos: 1 });
    await send(listener, topics.records('demo', 'end'), {});
    await new Promise<void>((resolve) => listener.once('message', () => resolve()));
    expect(bytes).toBeLessThan(100_000);
  });

  it('is told to those who administrate the bus, once for many, and shown to no one else', async () => {
    const notices = async (user: string) =>
      (
        (await (await api.get('/api/v1/notices?limit=100', await api.signIn(user))).json()) as {
          items: { kind: string; link: string | null; body: { en: string } }[];
        }
      ).items.filter(({ kind }) => kind === 'bus.refused');
    await until(async () => (await notices('admin')).length > 0, 'the notice');
    const [first] = await notices('admin');
    expect(first?.link).toBe('/admin/bus');
    expect(await notices('operator')).toEqual([]);
    expect((await api.get('/api/v1/bus', await api.signIn('operator'))).status).toBe(403);
    const machine = await as('machine', 'press-1');
    for (let i = 0; i < 20; i++) await send(machine, topics.records('demo', 'x'), {});
    await shown('machine-press-1', 'publish', 21);
    const ofMachine = (await notices('admin')).filter(({ body }) =>
      body.en.includes('machine-press-1: publishing without the right'),
    );
    expect(ofMachine).toHaveLength(1);
    const text = await (await api.get('/metrics')).text();
    expect(text).toMatch(/anshi_bus_refused_total\{kind="machine",what="publish"\} \d{2,}/);
    expect(existsSync(site.busUsers.path)).toBe(true);
    expect(JSON.stringify(await bus())).not.toContain('$7$');
    // The table of rights names each kind that is shown.
    for (const { kind } of (await bus()).users) expect(busKinds).toContain(kind);
    expect(filtersOf({ tenant: 'demo', kind: 'machine', name: 'x' }, 'subscribe')).toEqual([]);
  });
});
