import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERAS, type RunningApi, startApi, until } from '../../../testing/site.ts';
import { openSitesWorld, PLANT_2, type SitesWorld, siteAt } from '../../../testing/sites.ts';

/** Sites and floor plans of cameras.yaml beside what people changed in the app. */
let world: SitesWorld;
beforeAll(async () => {
  world = await openSitesWorld();
});
afterAll(() => world?.stop());

const FILE = CAMERAS.slice(CAMERAS.indexOf('cameras:'));
const ground = (id: string) =>
  `  - { id: ${id}, name: { zh: 厂, en: ${id} }, floorPlans: [{ id: ground, name: { zh: 层, en: Ground }, size: [${id === 'zulu' ? '40, 30' : '20, 15'}] }] }\n`;
/** A file whose sites are not in the order of their ids, and have a plan of one id. */
const TWO = CAMERAS.replace(FILE, `${ground('zulu')}${ground('alpha')}${FILE}`);

const rowsOf = () =>
  world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.site.findMany({ orderBy: { id: 'asc' } }),
  );
async function started(camerasFrom: 'file' | 'database', look: (api: RunningApi) => Promise<void>) {
  const api = await startApi(world.site, world.urls.appUrl, { camerasFrom });
  try {
    await look(api);
  } finally {
    await api.stop();
  }
}

describe('a start with ANSHI_CAMERAS_FROM=file', () => {
  it('leaves what people changed in the app as it is', async () => {
    const { version } = await world.one('plant-1');
    const named = await world.ask('PATCH', '/sites/plant-1', { version, name: PLANT_2 });
    const sized = await world.ask('PATCH', '/sites/plant-1/floor-plans/hall', {
      version: named.body.version,
      size: [40, 30],
      picture: await world.picture(),
    });
    const added = await world.ask('POST', '/sites/plant-1/floor-plans', {
      version: sized.body.version,
      id: 'attic',
      name: PLANT_2,
      size: [8, 6],
    });
    expect(added.status).toBe(201);
    const before = await rowsOf();
    await started('file', async (api) => {
      // The file is the truth of what is shown.
      expect(await siteAt(api, 'plant-1')).toMatchObject({ name: { en: 'Plant 1' } });
    });
    expect(await rowsOf()).toEqual(before);
    await started('database', async (api) => {
      const site = await siteAt(api, 'plant-1');
      expect(site).toMatchObject({
        name: PLANT_2,
        floorPlans: [{ id: 'hall', size: [40, 30] }, { id: 'attic' }],
      });
      const image = await api.get(site?.floorPlans[0]?.imageUrl ?? '', await api.signIn());
      expect(image.headers.get('content-type')).toBe('image/jpeg');
    });
  });
});

describe('sites of a file that have a plan of one id', () => {
  it('keep the order of the file, in which the first has the plan', async () => {
    await writeFile(world.api.settings.camerasFile, TWO);
    await until(() => siteAt(world.api, 'alpha'), 'the sites are seeded');
    await world.ask('POST', '/sites', { id: 'added', name: PLANT_2 });
    const ids = (await world.list()).map(({ id }) => id);
    expect(ids).toEqual(['plant-1', 'zulu', 'alpha', 'added']);
  });

  it('lose no picture with the plan of the other', async () => {
    const { version } = await world.one('alpha');
    const path = '/sites/alpha/floor-plans/ground';
    const picture = await world.picture(3);
    const drawn = await world.ask('PATCH', path, { version, picture, size: [20, 15] });
    expect(drawn.status).toBe(200);
    const other = await world.one('zulu');
    const gone = await world.ask(
      'DELETE',
      `/sites/zulu/floor-plans/ground?version=${other.version}`,
    );
    expect(gone.status).toBe(200);
    const url = drawn.body.floorPlans[0]?.imageUrl ?? '';
    const image = await world.api.get(url, await world.api.signIn());
    expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  it('come by no taking over of the file', async () => {
    const { version } = await world.one('zulu');
    const taken = await world.ask('POST', '/cameras/import', { sites: ['zulu'] });
    expect([taken.status, taken.body]).toMatchObject([
      409,
      { code: 'floor-plan.id-taken', detail: expect.stringContaining('"alpha"') },
    ]);
    expect((await world.one('zulu')).version).toBe(version);
  });
});

it('a site that a file left behind before sites were held here is none, and its id is free', async () => {
  const ghost = { tenantId: 'demo', name: PLANT_2 };
  await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.site.createMany({ data: ['ghost', 'ghost-2'].map((id) => ({ ...ghost, id })) }),
  );
  const ids = (await world.list()).map(({ id }) => id);
  expect(ids).not.toContain('ghost');
  expect((await world.ask('POST', '/sites', { id: 'ghost', name: PLANT_2 })).status).toBe(201);
  // Reads the database.
  expect(await siteAt(world.api, 'ghost')).toMatchObject({ name: PLANT_2 });
  expect(await siteAt(world.api, 'ghost-2')).toBeUndefined();
  expect((await world.list()).at(-1)).toMatchObject({ id: 'ghost', version: 1 });
});

it('taking a site over keeps an uploaded picture with its size', async () => {
  const { version } = await world.one('alpha');
  const path = '/sites/alpha/floor-plans/ground';
  const sized = await world.ask('PATCH', path, { version, size: [60, 45] });
  await writeFile(
    world.api.settings.camerasFile,
    TWO.replace('20, 15', '20, 11').replace('en: alpha', 'en: Alpha'),
  );
  await until(async () => {
    const { body } = await world.api.send<{ sites: { site: string }[] }>(
      'admin',
      'GET',
      '/cameras/import',
    );
    return body.sites.some(({ site }) => site === 'alpha');
  }, 'the difference is listed');
  const taken = await world.ask('POST', '/cameras/import', { sites: ['alpha'] });
  expect(taken.status).toBe(200);
  const site = await world.one('alpha');
  expect(site.floorPlans[0]).toMatchObject({ size: [60, 45], picture: { width: 640 } });
  expect(site).toMatchObject({ version: sized.body.version + 1, name: { en: 'Alpha' } });
  const renamed = await world.ask('PATCH', path, { version: site.version, name: PLANT_2 });
  expect(renamed.status).toBe(200);
});
