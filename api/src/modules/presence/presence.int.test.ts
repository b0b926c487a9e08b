import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenLive } from '../../testing/listen-live.ts';
import { openPositionsWorld, type PositionsWorld } from '../../testing/positions-world.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

let world: PositionsWorld;
const inTenant = <Result>(
  work: Parameters<typeof world.database.transaction<Result>>[1],
): Promise<Result> => world.database.transaction({ tenant: 'demo', user: null }, work);
const DAY_MS = 86_400_000;

beforeAll(async () => {
  world = await openPositionsWorld();
  await inTenant(async (tx) => {
    // The areas of the demonstration, on the plan of this configuration.
    await tx.area.updateMany({ where: { floorPlan: 'main-hall' }, data: { floorPlan: 'hall' } });
    await tx.badge.updateMany({ data: { since: new Date(Date.now() - DAY_MS) } });
  });
  for (const employeeNo of ['E006', 'E009', 'E011']) {
    await world.consent(await world.personOf(employeeNo), 'badge-tracking', 'given');
  }
  // Agreed before the way that is played.
  const personId = await world.personOf('E012');
  const answer = { purposeId: 'badge-tracking', noticeVersion: 1, decision: 'given', how: 'desk' };
  const at = new Date(Date.now() - DAY_MS);
  await inTenant((tx) =>
    tx.consent.create({ data: { tenantId: 'demo', personId, scope: [], at, ...answer } }),
  );
  for (const [username, scope, employeeNo] of [
    ['press', 'department', 'E005'],
    ['own', 'own', 'E011'],
  ] as const) {
    await makeUser(world.database, username, [`location:read@${scope}`], { employeeNo });
  }
});
afterAll(() => world?.stop());

interface Item {
  id: string;
  employeeNo: string;
  state: string;
  area: { id: string } | null;
  heardAt: string | null;
}
interface Page {
  items: Item[];
  next: string | null;
  counts: Record<string, number>;
}
const board = async (user: string, query = '') =>
  (await world.api.send<Page>(user, 'GET', `/presence?limit=200${query}`)).body;
const stateOf = async (employeeNo: string) => {
  const one = (await board('operator')).items.find((item) => item.employeeNo === employeeNo);
  return [one?.state, one?.area?.id ?? null];
};
const at = (x: number, y: number) => ({
  position: { type: 'Point' as const, coordinates: [x, y] as [number, number] },
  accuracy: 0.5,
});
const becomes = (employeeNo: string, state: string, area: string | null) =>
  until(
    async () => String(await stateOf(employeeNo)) === String([state, area]),
    `${employeeNo} is ${state}`,
  );

describe('the board', () => {
  it('[POS-02] says who is at the post, elsewhere, silent, gone or not tracked, as badges move', async () => {
    const heard = await listenLive(world.api, 'operator', ['presence']);
    expect(await stateOf('E006')).toEqual(['gone', null]);
    await world.fix('badge-w1', at(4, 11));
    await becomes('E006', 'at-post', 'press-line');
    await until(() => heard.knows('"type":"presence"'), 'browsers hear of it');
    heard.close();
    // Near the border of the line, within its error, and then in the robot cell.
    await world.fix('badge-w1', { ...at(8.3, 11), accuracy: 1 });
    await becomes('E006', 'at-post', null);
    await world.fix('badge-w1', at(12, 11));
    await becomes('E006', 'elsewhere', 'robot-cell');
    await world.fix('badge-w2', at(12, 11));
    await becomes('E011', 'at-post', 'robot-cell');
    const keeper = await world.personOf('E009');
    await world.fix('badge-a2', at(20, 12));
    await becomes('E009', 'at-post', 'rack-store');
    await world.consent(keeper, 'badge-tracking', 'withdrawn');
    const { items, counts } = await board('operator');
    expect(items.find(({ id }) => id === keeper)).toMatchObject({
      state: 'not-tracked',
      area: null,
      heardAt: null,
    });
    expect(counts).toMatchObject({ 'at-post': 1, elsewhere: 1, silent: 0 });
    expect(Object.values(counts).reduce((sum, n) => sum + n, 0)).toBe(items.length);
    // Silent by the setting of the site, gone by the way out.
    const setting = { keepSeconds: 30, silentSeconds: 1, goneHours: 12, batteryPercent: 15 };
    await inTenant((tx) =>
      tx.locationSetting.create({ data: { tenantId: 'demo', site: 'changzhou-1', ...setting } }),
    );
    await becomes('E006', 'silent', 'robot-cell');
    const exit = { source: 'gate', floorPlan: 'hall', field: { centre: [2, 2], radius: 1 } };
    await world.api.send('admin', 'POST', '/reader-places', { ...exit, isExit: true });
    await world.fix('badge-w1', { source: 'gate', provider_type: 'rfid' });
    await becomes('E006', 'gone', null);
    await inTenant((tx) => tx.locationSetting.updateMany({ data: { silentSeconds: 3_600 } }));
  });

  it('[POS-02] shows each reader their own people, by state, department, area and page', async () => {
    const numbers = (page: Page) => page.items.map(({ employeeNo }) => employeeNo);
    expect(numbers(await board('press'))).toEqual(['E005', 'E006']);
    expect(numbers(await board('own'))).toEqual(['E011']);
    expect(numbers(await board('operator', '&state=at-post'))).toEqual(['E011']);
    expect(numbers(await board('operator', '&area=robot-cell'))).toContain('E011');
    expect(numbers(await board('operator', '&department=warehouse'))).toEqual(['E009', 'T001']);
    const { body } = await world.api.send<{ items: { id: string; counts: Page['counts'] }[] }>(
      'operator',
      'GET',
      '/presence/summary?by=area',
    );
    expect(body.items.find(({ id }) => id === 'robot-cell')?.counts).toMatchObject({
      'at-post': 1,
    });
    const before = (await board('operator')).items.length;
    // By one statement: as rows of parameters it takes longer than a transaction may.
    await inTenant(
      (tx) => tx.$executeRaw`
        INSERT INTO person (tenant_id, id, employee_no, name, department_id)
        SELECT 'demo', '01M00000000000000000' || lpad(i::text, 6, '0'), 'X' || lpad(i::text, 5, '0'),
          'Person ' || i, 'assembly' FROM generate_series(0, 9999) AS i`,
    );
    const first = await board('operator');
    expect(Object.values(first.counts).reduce((sum, n) => sum + n, 0)).toBe(before + 10_000);
    const second = await board('operator', `&cursor=${first.next}`);
    expect([first.items.length, second.items.length]).toEqual([200, 200]);
    expect(second.items[0]!.employeeNo > first.items.at(-1)!.employeeNo).toBe(true);
    expect(numbers(await board('operator', '&q=Person 9999'))).toEqual(['X09999']);
  });
});

describe('the way of a person', () => {
  const ask = (user: string, body: object) =>
    world.api.send<{
      code?: string;
      points: { at: string; area: string | null }[];
      stays: { area: { id: string } | null; from: string; to: string }[];
    }>(user, 'POST', '/presence/ways', body);

  it('[POS-03] is played from what was kept, with stays, a reason and a line in the audit log', async () => {
    const person = await world.personOf('E012');
    const began = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    const send = (second: number, x: number, y: number) =>
      world.fix('badge-w3', {
        ...at(x, y),
        timestamp_generated: new Date(began + second * 1000).toISOString(),
      });
    for (let s = 0; s < 300; s += 30) await send(s, 12, 11);
    for (let s = 300; s < 420; s += 30) await send(s, 6, 6);
    // Ten kilometres off, and a gap after which the way goes on.
    await send(420, 10_000, 6);
    for (let s = 1_200; s < 1_260; s += 30) await send(s, 12, 11);
    const body = {
      person,
      from: new Date(began - 60_000).toISOString(),
      to: new Date(began + 1_800_000).toISOString(),
      reason: 'looking into an injury',
    };
    const { stays, points } = await until(async () => {
      const { body: way } = await ask('operator', body);
      return way.points.length >= 16 ? way : null;
    }, 'the whole way is stored');
    const second = (text: string) => (Date.parse(text) - began) / 1000;
    expect(stays.map(({ area, from, to }) => [area?.id ?? null, second(from), second(to)])).toEqual(
      [
        ['robot-cell', 0, 300],
        ['main-aisle', 300, 390],
        ['robot-cell', 1_200, 1_230],
      ],
    );
    expect(points).toHaveLength(16);
    const lines = await inTenant((tx) =>
      tx.auditLog.findMany({ where: { action: 'replay-way', entityId: person } }),
    );
    expect(lines.at(-1)).toMatchObject({ reason: 'looking into an injury' });

    expect((await ask('press', body)).status).toBe(404);
    expect((await ask('operator', { ...body, reason: '' })).status).toBe(400);
    const long = { ...body, to: new Date(began + 2 * DAY_MS).toISOString() };
    expect((await ask('operator', long)).body.code).toBe('presence.range');
    await world.consent(person, 'badge-tracking', 'withdrawn');
    expect((await ask('operator', body)).body.code).toBe('presence.not-tracked');
  });
});
