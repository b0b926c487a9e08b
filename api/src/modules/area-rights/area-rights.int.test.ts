import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { makeUser } from '../../testing/users.ts';
import type { AreaFence } from '../fences/schema.ts';
import { type Place, usual } from '../match/requirement.ts';

interface OwnArea {
  id: string;
  decision: string;
  final: boolean;
  door: boolean;
  fence: boolean;
  ofPost: boolean;
  reasons: { code: string; cure: unknown }[];
  publicReasons: { code: string }[];
  overriddenUntil: string | null;
  validUntil: string | null;
}

/** People of the demonstration with an account and a card. */
const WORKER = 'badge-w1';
const people = { 'worker.press': WORKER, leader: cards.leader, maintainer: cards.fitter };
const HOUR_MS = 3_600_000;
const CELL = 'robot-cell';
let world: GateWorld;
beforeAll(async () => {
  world = await openGates();
});
afterAll(() => world?.stop());

const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const areasOf = async (user: string): Promise<OwnArea[]> => {
  const { status, body } = await send<{ items: OwnArea[] }>(user, 'GET', '/me/areas');
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items;
};
const areaOf = async (user: string, id = CELL): Promise<OwnArea> => {
  const found = (await areasOf(user)).find((one) => one.id === id);
  if (!found) throw new Error(`no area ${id}`);
  return found;
};
const fenceOf = async (area: string): Promise<AreaFence> => {
  const { body } = await send<{ items: AreaFence[] }>('safety', 'GET', '/area-fences');
  return body.items.find(({ areaId }) => areaId === area) as AreaFence;
};
async function changeFence(fields: object): Promise<void> {
  const { id, version } = await fenceOf(CELL);
  const patch = { version, ...fields };
  const { status, body } = await send('safety.head', 'PATCH', `/area-fences/${id}`, patch);
  expect(status, JSON.stringify(body)).toBe(200);
}
const personOf = (badge: string) =>
  world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    const { personId } = await tx.badge.findFirstOrThrow({ where: { badge, until: null } });
    return personId;
  });

describe('my areas', () => {
  it('[POS-10] say to each person of each area what the door says', async () => {
    const areas = (await areasOf('worker.press')).map(({ id }) => id);
    expect(areas.length).toBeGreaterThan(4);
    const answers = new Set<string>();
    for (const area of areas) {
      const { device } = await world.point({ areaId: area });
      for (const [user, card] of Object.entries(people)) {
        const own = await areaOf(user, area);
        expect(own.door).toBe(true);
        const { body } = await world.ask(device, { area, card });
        expect([user, area, own.decision]).toEqual([user, area, body.decision]);
        answers.add(own.decision);
      }
    }
    expect([...answers].sort()).toEqual(['allow', 'deny']);
  });

  it('[POS-10] say why not and what to do, also what the fence asks, and know the areas of the post', async () => {
    const refused = await areaOf('worker.press');
    expect(refused).toMatchObject({ decision: 'deny', fence: true });
    expect(refused.reasons.length).toBeGreaterThan(0);
    for (const { cure } of refused.reasons) expect(cure).not.toBeNull();
    expect(refused.publicReasons.length).toBeGreaterThan(0);
    const all = await Promise.all(Object.keys(people).map((user) => areasOf(user)));
    expect(all.flat().some(({ ofPost }) => ofPost)).toBe(true);
    expect(all.flat().some(({ ofPost }) => !ofPost)).toBe(true);
  });

  it('[POS-10] change with the requirement, the hours of the fence and an override, and say until when', async () => {
    const places = await send<{ items: Place[] }>('safety.head', 'GET', '/match/places');
    const place = places.body.items.find(({ target, id }) => target === 'area' && id === CELL);
    const requirement = {
      target: 'area',
      targetId: CELL,
      version: place?.version ?? 0,
      ...usual('area'),
    };
    const put = (version: number, more: object = {}) =>
      send<Place>('safety.head', 'PUT', '/match/requirements', {
        ...requirement,
        version,
        ...more,
      });
    const eased = await put(requirement.version);
    expect(eased.status, JSON.stringify(eased.body)).toBe(200);
    await changeFence({ posts: [], permit: null });
    expect(await areaOf('worker.press')).toMatchObject({ decision: 'allow', reasons: [] });

    // A time of the day that is over for at least an hour, and begins again within a day.
    const clock = (ms: number) =>
      new Date(ms).toLocaleTimeString('en-GB', {
        timeZone: 'Asia/Shanghai',
        hour: '2-digit',
        minute: '2-digit',
      });
    const over = {
      by: 'shift',
      from: clock(Date.now() - 3 * HOUR_MS),
      to: clock(Date.now() - HOUR_MS),
    };
    await changeFence({ hours: over });
    const late = await areaOf('worker.press');
    expect(late).toMatchObject({
      decision: 'deny',
      final: false,
      publicReasons: [{ code: 'outside-hours' }],
    });
    const opens = Date.parse(late.validUntil ?? '') - Date.now();
    expect(opens).toBeGreaterThan(20 * HOUR_MS);
    expect(opens).toBeLessThan(22 * HOUR_MS);
    await changeFence({ hours: null });

    await put(eased.body.version, { postHeld: true });
    const refused = await areaOf('worker.press');
    expect(refused).toMatchObject({ decision: 'deny', final: false, overriddenUntil: null });
    const untilAt = new Date(Date.now() + HOUR_MS);
    await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      await tx.gateOverride.create({
        data: {
          tenantId: 'demo',
          id: ulid(),
          personId: await personOf(WORKER),
          kind: 'entry',
          target: CELL,
          reason: 'shows visitors around',
          givenBy: ulid(),
          fromAt: new Date(Date.now() - HOUR_MS),
          untilAt,
        },
      });
    });
    expect(await areaOf('worker.press')).toMatchObject({
      decision: 'allow',
      reasons: [],
      overriddenUntil: untilAt.toISOString(),
      validUntil: untilAt.toISOString(),
    });
    // The override is of one person.
    expect(await areaOf('leader')).toMatchObject({ overriddenUntil: null });
  });

  it('are for a person: an account of none, and another tenant’s areas are not', async () => {
    await makeUser(world.database, 'robot.account', ['hazard:read@own']);
    const { status, body } = await send<{ code: string }>('robot.account', 'GET', '/me/areas');
    expect([status, body.code]).toEqual([409, 'area-right.no-person']);
  });

  it('leave nothing behind: looking keeps no decision', async () => {
    const count = () =>
      world.database.transaction({ tenant: 'demo', user: null }, (tx) => tx.matchDecision.count());
    const before = await count();
    await areasOf('worker.press');
    expect(await count()).toBe(before);
  });
});
