import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfirmedAlone, topics } from '@anshi/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { handleOn } from '../../testing/named-people.ts';
import { until } from '../../testing/site.ts';
import { signed, startWorker, type TestWorker } from '../../testing/worker.ts';
import type { GateDecisionView } from './schema.ts';

const AREA = 'assembly-area';
/** A camera that sees a machine by its rule. */
const camera = (id: string, machine: string) => `  - id: ${id}
    name: { zh: ${id}, en: ${id} }
    site: plant-1
    url: rtsp://127.0.0.1:1/${id}
    picture: [1280, 720]
    zones:
      - { id: at-machine, name: { zh: 设备旁, en: At the machine }, polygon: [[100, 100], [600, 100], [600, 500]] }
      - { id: aisle, name: { zh: 通道, en: Aisle }, polygon: [[700, 100], [900, 100], [900, 500]] }
    rules:
      - { id: watch, kind: unattended-machine, zone: at-machine, whileMachine: { machine: ${machine} } }
`;
const CAMERAS = `version: 1
sites:
  - { id: plant-1, name: { zh: 一号厂, en: Plant 1 } }
cameras:
${camera('welding', 'welder-1')}${camera('belt', 'conveyor-1')}  - id: hall
    name: { zh: hall, en: hall }
    site: plant-1
    url: rtsp://127.0.0.1:1/hall
    picture: [1280, 720]
    zones:
      - { id: at-machine, name: { zh: 装配区, en: Assembly }, area: ${AREA}, polygon: [[100, 100], [600, 100], [600, 500]] }
`;

let folder: string;
let world: GateWorld;
let workers: TestWorker[];
let welder: TestDevice;
let belt: TestDevice;
/** Of the assembly worker, and of the fitter who shows the card. */
let other: { person: string; handle: string };
let own: { person: string; handle: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-seen-'));
  const camerasFile = join(folder, 'cameras.yaml');
  await writeFile(camerasFile, CAMERAS);
  world = await openGates({ camerasFile });
  workers = [
    await startWorker(world.site, world.api, 'worker-1', ['welding', 'belt', 'hall']),
    await startWorker(world.site, world.api, 'worker-2', []),
  ];
  ({ device: welder } = await world.welder());
  ({ device: belt } = await world.point({ machineId: 'conveyor-1' }));
  other = await handleOn(world.database, 'E011', Date.now());
  own = await handleOn(world.database, 'E007', Date.now());
});
afterAll(async () => {
  await Promise.all((workers ?? []).map((worker) => worker.stop()));
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
interface Telling {
  camera?: string;
  handle?: string | null;
  zone?: string;
  at?: string;
  since?: string;
  by?: number;
  key?: string;
}
/** What a worker says; with the key of another worker where one is given. */
function tell({ camera: id = 'welding', handle = other.handle, by = 0, ...more }: Telling = {}) {
  const { name, client } = workers[by] as TestWorker;
  const { zone = 'at-machine', at = ago(0), since = ago(3_000), key = name } = more;
  const topic = topics.confirmedAlone('demo', name, id);
  const alone = handle === null ? [] : [{ zone, handle, since }];
  const said: ConfirmedAlone = { worker: name, camera: id, at, alone };
  return client.publishAsync(topic, signed(key, topic, said), { qos: 1 });
}
const show = () => world.ask(welder, { machine: 'welder-1', card: cards.fitter });
const isHeld = async () => (await show()).body.decision === 'hold';
/** All that was told before is heard: what comes after it holds a start at another machine. */
async function heard(by = 0) {
  const begun = Date.now();
  await until(async () => {
    await tell({ camera: 'belt', by: 0 });
    const { body } = await world.ask(belt, { machine: 'conveyor-1', card: cards.leader });
    return body.decision === 'hold';
  }, `what worker ${by} said since ${begun} is heard`);
  await tell({ camera: 'belt', handle: null });
}
const refusals = async (user: string): Promise<string> =>
  JSON.stringify((await world.api.send('admin', 'GET', '/bus')).body).includes(user) ? user : '';

beforeEach(async () => {
  await tell({ handle: null });
  await until(async () => !(await isHeld()), 'nobody is seen');
});

describe('a card that is shown while a camera confirms another person alone at the machine', () => {
  it('is held, told with a code and no name, and let through by the override of a named role', async () => {
    await until(async () => {
      await tell();
      return isHeld();
    }, 'the start is held');
    await tell();
    const { body } = await show();
    expect(body).toMatchObject({ decision: 'hold', overridden: false });
    expect(body.reasons.map(({ code }) => code)).toEqual(['another-seen']);
    const [row] = (await world.decisions()).slice(-1);
    const kept = JSON.stringify([row, body]);
    for (const secret of [other.person, other.handle, own.handle])
      expect(kept).not.toContain(secret);
    const shown = await world.api.send<GateDecisionView>(
      'safety',
      'GET',
      `/gates/decisions/${body.id}`,
    );
    expect(shown.body).toMatchObject({ codes: ['another-seen'], final: false });
    const given = await world.api.send('safety', 'POST', `/gates/decisions/${body.id}/override`, {
      reason: 'Looked at there: it is the fitter',
      hours: 1,
    });
    expect(given.status, JSON.stringify(given.body)).toBeLessThan(300);
    await tell();
    expect((await show()).body).toMatchObject({ decision: 'allow', overridden: true });
    // Special work: it was for that start alone. The next one is held again.
    await tell();
    expect((await show()).body).toMatchObject({ decision: 'hold', overridden: false });
    const { items } = (
      await world.api.send<{ items: object[] }>('safety', 'GET', '/gates/overrides')
    ).body;
    expect(items).toEqual([]);
  });

  it('is let through where the camera confirms the wearer, or both, or another one for a moment', async () => {
    await tell({ handle: own.handle });
    await heard();
    expect(await isHeld()).toBe(false);
    await tell({ since: ago(500) });
    await heard();
    expect(await isHeld()).toBe(false);
  });

  it('is let through where what is said is old, of another zone, not signed, or of a camera of another worker', async () => {
    for (const attack of [
      { at: ago(8_000), since: ago(20_000) },
      { at: new Date(Date.now() + 60_000).toISOString() },
      { zone: 'aisle' },
      { key: 'worker-2' },
      { by: 1 },
    ]) {
      await tell(attack);
      if (attack.by === 1) {
        await until(() => refusals('worker-worker-2'), 'the other worker is refused');
      }
      await heard();
      expect(await isHeld(), JSON.stringify(attack)).toBe(false);
    }
    await until(() => refusals('worker-worker-1'), 'the wrong signature is shown');
  });

  it('is let through where the worker names a handle that is none, and this is shown', async () => {
    await tell({ handle: 'XXXXXXXXXXXXXXXX' });
    await heard();
    expect(await isHeld()).toBe(false);
    await until(() => refusals('a handle that no worker can know'), 'the handle is shown');
  });

  it('is held at the machine, and not at a door of the area, where the wearer still stands outside', async () => {
    const { device: wayIn } = await world.point({ areaId: AREA });
    const { device: wayOut } = await world.point({ areaId: AREA, direction: 'exit' });
    await until(async () => {
      await tell({ camera: 'hall' });
      return isHeld();
    }, 'the start is held');
    for (const door of [wayIn, wayOut]) {
      await tell({ camera: 'hall' });
      const { body } = await world.ask(door, { area: AREA, card: cards.fitter });
      expect(body).toMatchObject({ decision: 'allow', reasons: [] });
    }
    expect(await isHeld()).toBe(true);
    await tell({ camera: 'hall', handle: null });
  });

  it('is let through once the person who is seen takes the consent back', async () => {
    await until(async () => {
      await tell();
      return isHeld();
    }, 'the start is held');
    await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.consent.create({
        data: {
          tenantId: 'demo',
          personId: other.person,
          purposeId: 'video-identity',
          noticeVersion: 1,
          scope: [],
          decision: 'withdrawn',
          how: 'paper',
          at: new Date(),
        },
      }),
    );
    await tell();
    expect(await isHeld()).toBe(false);
  });
});
