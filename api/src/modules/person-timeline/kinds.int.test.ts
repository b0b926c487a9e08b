import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HazardWorld, openHazardWorld } from '../../testing/hazards.ts';
import { fillTimeline, keepPositions, wearBadge } from '../../testing/timeline.ts';
import { makeUser } from '../../testing/users.ts';
import type { Hazard } from '../hazards/schema.ts';
import type { TimelinePage } from './schema.ts';

/** Hazards, stays, visits and work permits on the timeline of a person: whose they are, and who sees them. */
let world: HazardWorld;
let reported: Hazard;
/** Reported and rectified by the head of the press shop. */
let both: Hazard;
/** Reporter, head of the press shop, who is named on a permit, and one who left the badge off. */
let people: Record<'press' | 'head' | 'maintainer' | 'assembly', string>;
const HOUR = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR);
const inTenant = <Result>(work: Parameters<typeof world.database.transaction<Result>>[1]) =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const read = async (user: string, person: string, query = '?limit=200') => {
  const path = `/persons/${person}/timeline${query}`;
  const { status, body } = await world.api.send<TimelinePage>(user, 'GET', path);
  expect(status).toBe(200);
  return body;
};
const of = async (user: string, person: string, kind: string) => {
  const { items, kinds } = await read(user, person);
  if (!kinds.some((one) => one.kind === kind)) return null;
  return items.filter((one) => one.kind === kind);
};
const idsOf = async (user: string, person: string, kind: string) =>
  (await of(user, person, kind))?.map(({ id }) => id) ?? null;

beforeAll(async () => {
  world = await openHazardWorld();
  const [press, head, maintainer, assembly] = await inTenant((tx) =>
    tx.person.findMany({
      where: { employeeNo: { in: ['E006', 'E005', 'E007', 'E011'] } },
      orderBy: { employeeNo: 'asc' },
    }),
  ).then((found) =>
    ['E006', 'E005', 'E007', 'E011'].map(
      (no) => found.find(({ employeeNo }) => employeeNo === no)?.id ?? '',
    ),
  );
  people = { press, head, maintainer, assembly } as typeof people;
  await makeUser(world.database, 'identifier', ['person:read@all', 'hazard:identify@all']);
  await makeUser(world.database, 'reader', ['person:read@all', 'hazard:read@all']);
  await inTenant((tx) =>
    tx.person.updateMany({ where: { employeeNo: 'E010' }, data: { departmentId: 'press-shop' } }),
  );
  const ofDepartment = ['person:read@department', 'hazard:read@department'] as const;
  await makeUser(world.database, 'colleague', [...ofDepartment], { employeeNo: 'E010' });
  await makeUser(world.database, 'locator', ['person:read@all', 'location:read@all']);
  await makeUser(world.database, 'reception', ['person:read@all', 'visit:read@all']);
  const [worker, safety, boss] = [
    await world.as('worker.press'),
    await world.as('safety'),
    await world.as('head.press'),
  ];
  reported = await world.reported(worker, { title: 'Loose guard' });
  reported = await world.step(safety, reported, 'accept');
  reported = await world.step(boss, reported, 'start');
  both = await world.reported(boss, { title: 'Oil on the floor' });
  both = await world.step(safety, both, 'accept');
  both = await world.step(boss, both, 'start');
});
afterAll(() => world?.close());

it('hazards that a person reported are for those who may know reporters alone', async () => {
  expect(await of('identifier', people.press, 'hazard')).toMatchObject([
    { id: reported.id, title: { en: `${reported.no} Loose guard` } },
  ]);
  // Who may read all hazards does not learn who reported them.
  expect(await of('reader', people.press, 'hazard')).toBeNull();
  expect(await of('head.press', people.press, 'hazard')).toBeNull();
  const own = await world.api.send<TimelinePage>('worker.press', 'GET', '/me/timeline?kind=hazard');
  expect(own.body.items.map(({ id }) => id)).toEqual([reported.id]);
});

it('hazards to rectify are on the timeline of who rectifies, without those that the same person reported', async () => {
  const words = await of('reader', people.head, 'rectification');
  expect(words).toMatchObject([{ id: reported.id, detail: { zh: '冲压线 · 整改中' } }]);
  expect(await idsOf('reader', people.press, 'rectification')).toEqual([]);
  expect(await idsOf('identifier', people.head, 'hazard')).toEqual([both.id]);
  // Of a person within reach, the hazards within reach.
  expect(await idsOf('colleague', people.head, 'rectification')).toEqual([reported.id]);
  const moveTo = (departmentId: string) =>
    inTenant((tx) => tx.hazard.updateMany({ where: { id: reported.id }, data: { departmentId } }));
  await moveTo('warehouse');
  expect(await idsOf('colleague', people.head, 'rectification')).toEqual([]);
  await moveTo('press-shop');
});

it('a permit is on the timeline of the people that it names, once it was approved', async () => {
  const act = (permit: { id: string; version: number }, transition: string, user: string) =>
    world.api.send<typeof permit>(user, 'POST', `/permits/${permit.id}/actions`, {
      transition,
      version: permit.version,
      fields: {},
    });
  const { body: draft } = await world.api.send<{ id: string; version: number }>(
    'maintainer',
    'POST',
    '/permits',
    {
      kind: 'hot-work',
      title: 'Weld the rail',
      areaId: 'press-line',
      description: 'Welding; extinguisher and a guard beside it.',
      people: [people.assembly],
      fromAt: ago(1).toISOString(),
      toAt: ago(-2).toISOString(),
    },
  );
  const submitted = (await act(draft, 'apply', 'maintainer')).body;
  expect(await idsOf('safety', people.assembly, 'permit')).toEqual([]);
  const approved = (await act(submitted, 'approve', 'safety')).body;
  await act(approved, 'begin', 'maintainer');
  expect(await of('safety', people.assembly, 'permit')).toMatchObject([
    {
      id: draft.id,
      title: { zh: '作业票：Weld the rail' },
      detail: { zh: '动火作业 · 冲压线 · 作业中' },
    },
  ]);
  expect(await of('reader', people.assembly, 'permit')).toBeNull();
});

it('a visit is on the timeline of the visitor and of the host, for those who may read that visit', async () => {
  const visit = await inTenant((tx) => tx.visit.findFirstOrThrow({ where: { state: 'arrived' } }));
  const { name } = await inTenant((tx) =>
    tx.person.findFirstOrThrow({ where: { id: visit.personId } }),
  );
  expect(await of('reception', visit.personId, 'visit')).toMatchObject([
    { id: visit.id, title: { zh: `来访：${visit.purpose}` } },
  ]);
  const received = (await of('reception', visit.hostId, 'visit')) ?? [];
  expect(received.find(({ id }) => id === visit.id)?.title.zh).toBe(
    `接待 ${name}（${visit.company}）`,
  );
  expect(await of('reader', visit.hostId, 'visit')).toBeNull();
  expect((await of('reception', visit.personId, 'induction'))?.length).toBe(1);
});

it('stays are of areas, a minute at least; a gap without a position ends one; without consent there is none', async () => {
  await inTenant(async (tx) => {
    await wearBadge(tx, people.maintainer, 'stay-badge', ago(8));
    await keepPositions(tx, 'stay-badge', ago(6), [
      { area: 'press-line', minutes: 20 },
      { area: 'main-aisle', minutes: 0.5 },
      { area: null, minutes: 4 },
      { area: 'rack-store', minutes: 10 },
      { area: 'rack-store', minutes: 3, gap: 30 },
    ]);
  });
  const stays = (await of('locator', people.maintainer, 'stay')) ?? [];
  expect(stays.map(({ title, detail }) => [title.en, detail?.en])).toEqual([
    ['In Rack store', '3 min'],
    ['In Rack store', '10 min'],
    ['In Press line', '20 min'],
  ]);
  expect(await of('reader', people.maintainer, 'stay')).toBeNull();
  await inTenant((tx) =>
    tx.consent.create({
      data: {
        tenantId: 'demo',
        personId: people.maintainer,
        purposeId: 'badge-tracking',
        noticeVersion: 1,
        scope: [],
        decision: 'withdrawn',
        how: 'desk',
      },
    }),
  );
  // By the answer itself, also before the positions are removed.
  expect(await idsOf('locator', people.maintainer, 'stay')).toEqual([]);
});

it('10,000 events are read page by page, each once, and the last pages cost no more than the first', async () => {
  const person = people.assembly;
  const each = 5_000;
  await inTenant(async (tx) => {
    await wearBadge(tx, person, 'many-badge', ago(each + 2));
    await fillTimeline(tx, {
      person,
      host: people.head,
      badge: 'many-badge',
      before: ago(1),
      each,
    });
  });
  const seen = new Map<string, number>();
  const cursors: (string | null)[] = [null];
  let last = '9';
  const pageAt = (cursor: string | null) => {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    return read('safety.head', person, `?limit=200&kind=visit&kind=stay${after}`);
  };
  for (const cursor of cursors) {
    const { items, next } = await pageAt(cursor);
    for (const { kind, id, at } of items) {
      expect(at <= last).toBe(true);
      last = at;
      seen.set(`${kind}:${id}`, (seen.get(`${kind}:${id}`) ?? 0) + 1);
    }
    if (next !== null) cursors.push(next);
  }
  expect(seen.size).toBe(2 * each);
  expect([...seen.values()].every((times) => times === 1)).toBe(true);
  // In turn, as other tests run at the same time.
  const places = [null, cursors[25] ?? null, cursors.at(-1) ?? null];
  const times: number[][] = places.map(() => []);
  for (let n = 0; n < 5; n++) {
    for (const [place, cursor] of places.entries()) {
      const began = performance.now();
      await pageAt(cursor);
      times[place]?.push(performance.now() - began);
    }
  }
  const [first = 0, middle, end] = times.map((of) => of.toSorted((a, b) => a - b)[2] ?? 0);
  expect(middle).toBeLessThan(3 * first);
  expect(end).toBeLessThan(3 * first);
}, 180_000);
