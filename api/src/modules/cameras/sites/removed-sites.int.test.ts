import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Transaction } from '../../../platform/db/database.ts';
import { until } from '../../../testing/site.ts';
import { openSitesWorld, PLANT_2, type SitesWorld, siteAt } from '../../../testing/sites.ts';

/** Records that name a site or a floor plan while it is removed, in another process. */
let world: SitesWorld;
beforeAll(async () => {
  world = await openSitesWorld();
});
afterAll(() => world?.stop());

const area = { site: 'brief', name: PLANT_2, kind: 'workshop', departmentId: null };
/** What names the site or its plan, sent to the other process. */
const named = (): [method: string, path: string, body: object][] => [
  ['PUT', '/areas/brief-area', area],
  ['PUT', '/departments/brief-team', { name: PLANT_2, kind: 'production', site: 'brief' }],
  [
    'POST',
    '/cameras',
    { id: 'brief-gate', name: PLANT_2, site: 'brief', address: 'rtsp://192.0.2.9:554/stream1' },
  ],
  ['POST', '/reader-places', { source: 'reader-3', floorPlan: 'brief-plan', field: null }],
  [
    'PUT',
    '/plan-references/brief-plan',
    {
      version: 0,
      points: [
        { x: 0, y: 0, latitude: 31.8, longitude: 119.9 },
        { x: 40, y: 0, latitude: 31.8, longitude: 119.9004 },
        { x: 0, y: 30, latitude: 31.8003, longitude: 119.9 },
      ],
    },
  ],
];

/** A promise that is settled from outside. */
function signal() {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
/** Does something in a transaction that stays open until it is told to end. */
async function open(work: (tx: Transaction) => Promise<unknown>) {
  const [began, end] = [signal(), signal()];
  const done = world.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    await work(tx);
    began.resolve();
    await end.promise;
  });
  await Promise.race([began.promise, done]);
  return async () => {
    end.resolve();
    await done;
  };
}
/** Long enough for a request that does not wait. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 700));

it('a record that names a site while it is removed is refused', async () => {
  await world.ask('POST', '/sites', { id: 'brief', name: PLANT_2 });
  const plan = { version: 1, id: 'brief-plan', name: PLANT_2, size: [40, 30] };
  expect((await world.ask('POST', '/sites/brief/floor-plans', plan)).status).toBe(201);
  await until(() => siteAt(world.other, 'brief'), 'the other process knows it');
  await world.api.send('admin', 'POST', '/readers', { name: 'reader-3', kind: 'omlox' });
  const commit = await open((tx) => tx.site.deleteMany({ where: { id: 'brief' } }));
  const sent = named().map(([method, path, body]) => world.other.send('admin', method, path, body));
  await pause();
  await commit();
  const answers = await Promise.all(sent);
  expect(answers.map(({ body }) => body?.code)).toEqual([
    'site.unknown',
    'site.unknown',
    'camera.invalid',
    'reader-place.plan-unknown',
    'reader-place.plan-unknown',
  ]);
});

it('an area on a floor plan that the site has not is refused', async () => {
  const polygon = [
    [0, 0],
    [2, 0],
    [2, 2],
  ];
  const body = { ...area, site: 'plant-1', floorPlan: 'nowhere', polygon };
  const refused = await world.api.send('admin', 'PUT', '/areas/lost', body);
  expect([refused.status, refused.body.code]).toEqual([404, 'floor-plan.unknown']);
});

it('a site stays that a record names while its removal is asked for', async () => {
  await world.ask('POST', '/sites', { id: 'kept', name: PLANT_2 });
  const commit = await open(async (tx) => {
    await tx.$queryRaw`SELECT id FROM site WHERE id = 'kept' FOR SHARE`;
    const { kind, name } = area;
    const data = { tenantId: 'demo', id: 'kept-area', site: 'kept', name, kind };
    await tx.area.create({ data });
  });
  const removal = world.ask('DELETE', '/sites/kept?version=1');
  await pause();
  await commit();
  const { status, body } = await removal;
  expect([status, body]).toMatchObject([
    409,
    { code: 'site.in-use', uses: [{ kind: 'area', items: [{ id: 'kept-area' }] }] },
  ]);
});
