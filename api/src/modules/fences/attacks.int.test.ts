import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FenceWorld, openFences, places } from '../../testing/fences.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { AreaFence, FenceEventView } from './schema.ts';

let world: FenceWorld;
/** E006 of the press shop, in the cell of the assembly shop. */
let event: FenceEventView;

beforeAll(async () => {
  world = await openFences();
  const { database } = world.positions;
  await makeUser(database, 'press', ['fence:read@department', 'fence:review@department'], {
    employeeNo: 'E005',
  });
  await makeUser(
    database,
    'assembly',
    ['fence:read@department', 'fence:review@department', 'fence:manage@department'],
    { employeeNo: 'E012' },
  );
  await makeUser(database, 'store', ['fence:read@department', 'fence:review@department'], {
    employeeNo: 'E009',
  });
  await makeUser(database, 'self', ['fence:read@all', 'fence:review@all'], { employeeNo: 'E006' });
  await world.walk('badge-w1', places.cell, 8);
  event = await world.eventOf('badge-w1', 'open');
});
afterAll(() => world?.stop());

const read = (user: string) =>
  world.send<FenceEventView & { code?: string; path: unknown[] }>(
    user,
    'GET',
    `/area-fences/events/${event.id}`,
  );
const fences = () => world.inTenant((tx) => tx.areaFence.findMany({ orderBy: { id: 'asc' } }));
const rows = () => world.inTenant((tx) => tx.fenceEvent.findMany({ orderBy: { id: 'asc' } }));

describe('who sees what', () => {
  it('[POS-04] the person’s department reads the name, the place’s the act without it', async () => {
    const { body: ofPerson } = await read('press');
    expect(ofPerson.person?.employeeNo).toBe('E006');
    // Positions are a right of their own.
    expect(ofPerson.path).toEqual([]);
    expect((await read('safety')).body.path.length).toBeGreaterThan(0);
    const { body: ofPlace } = await read('assembly');
    expect(ofPlace).toMatchObject({ person: null, badge: null, anonymous: true, path: [] });
    expect(ofPlace.codes).toEqual(event.codes);
    expect((await read('store')).status).toBe(404);
    const titles = async (user: string) =>
      (
        await world.send<{ items: { link: string | null; title: { zh: string } }[] }>(
          user,
          'GET',
          '/notices?limit=50',
        )
      ).body.items.flatMap(({ link, title }) =>
        link === `/area-fences/${event.id}` ? [title.zh] : [],
      );
    await until(async () => (await titles('assembly')).length > 0, 'the place is notified');
    expect((await titles('assembly')).join()).not.toContain('孙小梅');
    expect((await titles('press')).join()).toContain('孙小梅');
    expect(await titles('store')).toEqual([]);
  });
});

describe('an attack', () => {
  it('on an event changes nothing: of another reach, about oneself, of an old version', async () => {
    const acknowledge = async (user: string, version = event.version) =>
      (
        await world.send<{ code: string }>(
          user,
          'POST',
          `/area-fences/events/${event.id}/acknowledge`,
          { version, note: 'nothing' },
        )
      ).body.code;
    const before = await rows();
    expect(await acknowledge('store')).toBe('fence.event-unknown');
    expect(await acknowledge('self')).toBe('fence.own');
    expect(await acknowledge('press', 99)).toBe('fence.event-version-conflict');
    expect(await rows()).toEqual(before);
    expect(await acknowledge('press')).toBeUndefined();
    expect(await acknowledge('safety', 2)).toBe('fence.acknowledged');
    expect((await rows())[0]).toMatchObject({ note: 'nothing', version: 2 });
    // A note may say who it was: those who do not read the name do not read it.
    expect((await read('press')).body.acknowledged?.note).toBe('nothing');
    expect((await read('assembly')).body.acknowledged).toMatchObject({ note: null });
  });

  it('on a fence changes nothing: a foreign area, one without outline, posts that are none, an old version', async () => {
    const before = await fences();
    const refused = async (user: string, changes: object) => {
      const body = { ...world.body('robot-cell', 'entry'), ...changes };
      const answer = await world.send<{ code: string }>(user, 'POST', '/area-fences', body);
      return [answer.status, answer.body.code];
    };
    expect(await refused('assembly', { areaId: 'press-line' })).toEqual([422, 'fence.fields']);
    expect(await refused('safety', { areaId: 'no-such-area' })).toEqual([422, 'fence.fields']);
    await world.inTenant((tx) =>
      tx.area.create({
        data: {
          tenantId: 'demo',
          id: 'yard',
          site: 'changzhou-1',
          name: { zh: '院子', en: 'Yard' },
          kind: 'other',
        },
      }),
    );
    expect(await refused('safety', { areaId: 'yard' })).toEqual([422, 'fence.fields']);
    expect(await refused('safety', { posts: [event.id] })).toEqual([422, 'fence.fields']);
    expect(await refused('press', {})).toEqual([403, 'auth.forbidden']);
    expect((await refused('safety', { dwellSeconds: 0 }))[0]).toBe(400);
    const foreign = before.find(({ areaId }) => areaId === 'press-line');
    const own = before.find(({ areaId }) => areaId === 'robot-cell');
    const change = async (user: string, id: string | undefined, version: number) =>
      (
        await world.send<{ code: string }>(user, 'PATCH', `/area-fences/${id}`, {
          version,
          active: false,
        })
      ).body.code;
    expect(await change('assembly', foreign?.id, 1)).toBe('fence.unknown');
    expect(await change('assembly', own?.id, 7)).toBe('fence.version-conflict');
    expect(await fences()).toEqual(before);
    const { body } = await world.send<{ items: AreaFence[] }>('assembly', 'GET', '/area-fences');
    expect(body.items.map(({ areaId }) => areaId)).toEqual(['robot-cell']);
  });
});

describe('a consent that is taken back', () => {
  it('takes name, badge, reasons and what is known of the badge out of everything', async () => {
    const person = await world.positions.personOf('E006');
    await world.positions.consent(person, 'badge-tracking', 'withdrawn');
    const [row] = await rows();
    expect(row).toMatchObject({ personId: null, badge: null, reasons: [], note: null });
    expect(row?.removedAt).not.toBeNull();
    expect(await world.tracks('badge-w1')).toEqual([]);
    expect((await read('press')).status).toBe(404);
    expect((await read('safety')).body).toMatchObject({ person: null, anonymous: true, path: [] });
    const notices = await world.inTenant((tx) =>
      tx.notice.findMany({ where: { subjectEntity: 'fence-event' } }),
    );
    expect(JSON.stringify(notices)).not.toContain('孙小梅');
    await world.walk('badge-w1', places.cell, 5);
    expect(await world.tracks('badge-w1')).toEqual([]);
  });
});
