import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../platform/db/database.ts';
import { openIncidentSite } from '../../testing/incidents.ts';
import { listenLive } from '../../testing/listen-live.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { AcknowledgeAnswer, DeskAlarm } from './schema.ts';

type World = Awaited<ReturnType<typeof openIncidentSite>>;
let world: World;

beforeAll(async () => {
  world = await openIncidentSite();
  const database = openDatabase(world.api.settings.databaseUrl);
  await makeUser(database, 'store', ['violation:read@department', 'desk-alarm:acknowledge@all'], {
    employeeNo: 'E009',
  });
  await makeUser(database, 'watcher', ['violation:read@all']);
  await database.close();
});
afterAll(async () => {
  await world?.stop();
});

/** A violation that begins now, and the incident that it opened. */
async function ring(name: string, severity: 'low' | 'medium' | 'high' = 'high'): Promise<string> {
  const { data } = await world.see(world.west, Date.now() - 5_000, name, { severity });
  return until(async () => {
    const { items } = await world.list(`finding=${data.violation}`);
    return items[0]?.id;
  }, 'the incident');
}
const open = async (user = 'operator', query = '') =>
  (await world.api.send<{ items: DeskAlarm[]; total: number }>(user, 'GET', `/desk-alarms${query}`))
    .body;
const rings = async (incident: string, user = 'operator', query = '') =>
  (await open(user, query)).items.some((one) => one.incident.id === incident);
const acknowledge = (alarms: { incident: string; severity: string }[], user = 'operator') =>
  world.api.send<AcknowledgeAnswer & { code: string }>(
    user,
    'POST',
    '/desk-alarms/acknowledgements',
    { alarms },
  );
const stateOf = async (incident: string, severity = 'high', user = 'operator') =>
  (await acknowledge([{ incident, severity }], user)).body.items[0];

describe('an alarm of the control room', () => {
  it('[VIS-06] rings from the record of an incident of high severity until a person acknowledges it, on every screen', async () => {
    const screens = await Promise.all(
      ['operator', 'watcher'].map((user) => listenLive(world.api, user, ['desk-alarms'])),
    );
    const incident = await ring('loud');
    expect(await rings(incident)).toBe(true);
    expect(await rings(incident, 'watcher')).toBe(true);
    const before = screens.map(({ heard }) => heard.length);
    const done = await stateOf(incident);
    expect(done).toMatchObject({
      incident,
      state: 'acknowledged',
      acknowledged: { by: { name: { en: 'Li Zhiban' } } },
    });
    await until(
      () => screens.every(({ heard }, n) => heard.length > (before[n] as number)),
      'every screen hears of it',
    );
    expect(await rings(incident, 'watcher')).toBe(false);
    // It is no verdict.
    const { items } = await world.list('status=pending&limit=200');
    expect(items.map(({ id }) => id)).toContain(incident);
    for (const { close } of screens) close();
  });

  it('keeps the person who was first, also where two press at once', async () => {
    const incident = await ring('two');
    const both = await Promise.all([
      stateOf(incident, 'high', 'operator'),
      stateOf(incident, 'high', 'safety'),
    ]);
    expect(both.map((one) => one?.state).sort()).toEqual(['acknowledged', 'before']);
    const [one, other] = both.map((answer) => answer?.acknowledged);
    expect(one).toEqual(other);
    const lines = await world.api.send<{ items: object[] }>(
      'auditor',
      'GET',
      `/audit?entity=incident&entityId=${incident}&action=acknowledge`,
    );
    expect(lines.body.items).toHaveLength(1);
  });

  it('rings again where the incident becomes more severe, and an old look does not silence it', async () => {
    const incident = await ring('rises', 'medium');
    expect(await rings(incident)).toBe(false);
    expect(await rings(incident, 'operator', '?from=medium')).toBe(true);
    expect((await stateOf(incident, 'medium'))?.state).toBe('acknowledged');
    expect(await rings(incident, 'operator', '?from=medium')).toBe(false);
    const { data } = await world.see(world.west, Date.now() - 4_000, 'rises', {
      severity: 'high',
      rule: 'zone-intrusion',
      item: null,
    });
    await until(async () => {
      const { items } = await world.list(`finding=${data.violation}`);
      return items[0]?.id === incident && items[0].severity === 'high';
    }, 'the incident becomes severe');
    expect(await rings(incident)).toBe(true);
    expect((await stateOf(incident, 'medium'))?.state).toBe('risen');
    expect(await rings(incident)).toBe(true);
    expect((await stateOf(incident, 'high'))?.state).toBe('acknowledged');
    expect(await rings(incident)).toBe(false);
  });

  it('stays silent over a chain of mergers', async () => {
    const [a, b, c] = [await ring('chain-a'), await ring('chain-b'), await ring('chain-c')];
    expect((await stateOf(a))?.state).toBe('acknowledged');
    // As two joins by hand leave it.
    const database = openDatabase(world.api.settings.databaseUrl);
    const into = (id: string, other: string) =>
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.incident.updateMany({ where: { id }, data: { mergedInto: other, undecided: 0 } }),
      );
    await into(a, b);
    await into(b, c);
    await database.close();
    expect(await rings(c)).toBe(false);
    expect((await stateOf(c))?.state).toBe('acknowledged');
    expect(await stateOf(a)).toMatchObject({ state: 'before' });
  });

  it('ends with a verdict', async () => {
    const incident = await ring('decided');
    const { items } = await world.list('limit=200');
    const version = items.find(({ id }) => id === incident)?.version;
    const answer = await world.post(incident, 'verdict', { decision: 'confirm', version });
    expect(answer.status).toBe(200);
    expect(await rings(incident)).toBe(false);
    expect(await stateOf(incident)).toMatchObject({ state: 'over', acknowledged: null });
  });

  it('names the cameras of all, also of those that are not listed', async () => {
    const { data } = await world.see(world.upper, Date.now() - 6_000, 'above', {
      severity: 'high',
    });
    await until(() => world.list(`finding=${data.violation}`).then(({ items }) => items[0]), 'it');
    await ring('below');
    const { body } = await world.api.send<{ items: DeskAlarm[]; total: number; cameras: string[] }>(
      'operator',
      'GET',
      '/desk-alarms?limit=1',
    );
    expect(body.items).toHaveLength(1);
    expect(body.total).toBeGreaterThan(1);
    expect(body.cameras).toEqual(expect.arrayContaining(['hall-west', 'upstairs']));
  });

  it('is neither listed for nor acknowledged by people who do not see all of it', async () => {
    const incident = await ring('foreign');
    expect((await open('store')).items).toEqual([]);
    expect(await stateOf(incident, 'high', 'store')).toEqual({
      incident,
      state: 'unknown',
      acknowledged: null,
    });
    expect(await stateOf('01J00000000000000000000000')).toMatchObject({ state: 'unknown' });
    expect(await rings(incident)).toBe(true);
    const refused = await acknowledge([{ incident, severity: 'high' }], 'watcher');
    expect([refused.status, refused.body.code]).toEqual([403, 'auth.forbidden']);
    expect(await rings(incident)).toBe(true);
  });

  it('is answered for each of many, doubled ones once, and not for more than a hundred', async () => {
    const [a, b] = [await ring('many-a'), await ring('many-b')];
    const asked = [a, b, a].map((incident) => ({ incident, severity: 'high' }));
    const { body } = await acknowledge(asked);
    expect(body.items.map(({ incident, state }) => [incident, state])).toEqual([
      [a, 'acknowledged'],
      [b, 'acknowledged'],
      [a, 'acknowledged'],
    ]);
    const many = Array.from({ length: 101 }, () => ({ incident: a, severity: 'high' }));
    expect((await acknowledge(many)).status).toBe(400);
    expect((await acknowledge([])).status).toBe(400);
  });
});
