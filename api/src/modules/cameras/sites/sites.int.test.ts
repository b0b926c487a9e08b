import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAMERAS, startApi, until } from '../../../testing/site.ts';
import {
  openSitesWorld,
  PLANT_2,
  type ShownSite,
  type ShownUse,
  type SitesWorld,
  siteAt,
} from '../../../testing/sites.ts';
import { makeUser } from '../../../testing/users.ts';

/** Sites as an administrator sets them up. */
let world: SitesWorld;
beforeAll(async () => {
  world = await openSitesWorld();
});
afterAll(() => world?.stop());

describe('a site', () => {
  it('is added, renamed and removed, and readers see it at once, other processes soon', async () => {
    const made = await world.ask('POST', '/sites', { id: 'plant-2', name: PLANT_2 });
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'plant-2', version: 1, floorPlans: [], updatedBy: { en: expect.any(String) } },
    ]);
    expect(await siteAt(world.api, 'plant-2')).toMatchObject({ name: PLANT_2 });
    await until(() => siteAt(world.other, 'plant-2'), 'elsewhere, too');
    const again = await world.ask('POST', '/sites', { id: 'plant-2', name: PLANT_2 });
    expect([again.status, again.body.code]).toEqual([409, 'site.id-taken']);
    const named = { zh: '二号厂区', en: 'Second plant' };
    const renamed = await world.ask('PATCH', '/sites/plant-2', { version: 1, name: named });
    expect([renamed.status, renamed.body]).toMatchObject([200, { version: 2, name: named }]);
    const late = await world.ask('PATCH', '/sites/plant-2', { version: 1, name: PLANT_2 });
    expect([late.status, late.body]).toMatchObject([
      409,
      { code: 'site.version-conflict', current: { version: 2 } },
    ]);
    const old = await world.ask('DELETE', '/sites/plant-2?version=1');
    expect([old.status, old.body.code]).toEqual([409, 'site.version-conflict']);
    expect((await world.ask('DELETE', '/sites/plant-2?version=2')).status).toBe(204);
    expect(await siteAt(world.api, 'plant-2')).toBeUndefined();
    await until(async () => !(await siteAt(world.other, 'plant-2')), 'elsewhere, too');
    const lines = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.auditLog.findMany({ where: { entity: 'site', entityId: 'plant-2' } }),
      await tx.outboxEvent.findMany({ where: { entity: 'site' } }),
    ]);
    expect(lines.map((rows) => rows.length)).toEqual([3, 3]);
  });

  it('stays while cameras, areas, departments or floor plans are at it, and says which', async () => {
    const { version } = await world.one('plant-1');
    const plans = await world.ask('DELETE', `/sites/plant-1?version=${version}`);
    expect([plans.status, plans.body]).toMatchObject([
      409,
      { code: 'site.in-use', uses: [{ kind: 'floor-plan', items: [{ id: 'hall' }] }] },
    ]);
    const { body } = await world.api.send<{ items: ShownUse[] }>(
      'admin',
      'GET',
      '/sites/plant-1/uses',
    );
    expect(body.items).toMatchObject([
      { kind: 'camera', count: 1, items: [{ id: 'hall-west', name: { en: 'Hall west' } }] },
    ]);
    await world.ask('POST', '/sites', { id: 'changzhou-1', name: PLANT_2 });
    // The areas and departments of the demonstration name it.
    const places = await world.ask('DELETE', '/sites/changzhou-1?version=1');
    expect([places.status, places.body.code]).toEqual([409, 'site.in-use']);
    const kinds = places.body.uses?.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['area', 'department']));
  });

  it('of cameras.yaml is seeded once: what people changed and removed stays so', async () => {
    const name = { zh: '一厂', en: 'By the app' };
    await world.ask('PATCH', '/sites/plant-1', {
      version: (await world.one('plant-1')).version,
      name,
    });
    const yard = '  - { id: yard-site, name: { zh: 院, en: Yard } }\ncameras:';
    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('cameras:', yard));
    await until(() => siteAt(world.api, 'yard-site'), 'a new site of the file');
    expect((await world.ask('DELETE', '/sites/yard-site?version=1')).status).toBe(204);
    // Another one is seeded by the next change of the file, and nothing else happens.
    const more = `  - { id: last-site, name: { zh: 末, en: Last } }\n${yard}`;
    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('cameras:', more));
    await until(() => siteAt(world.api, 'last-site'), 'the other site of the file');
    expect(await siteAt(world.api, 'yard-site')).toBeUndefined();
    expect(await siteAt(world.api, 'plant-1')).toMatchObject({ name });
    const compared = await world.api.send<{ sites: object[] }>('admin', 'GET', '/cameras/import');
    expect(compared.body.sites).toMatchObject([
      { site: 'plant-1', kind: 'different' },
      { site: 'yard-site', kind: 'removed' },
    ]);
    const taken = await world.ask('POST', '/cameras/import', { sites: ['plant-1', 'yard-site'] });
    expect(taken.status).toBe(200);
    expect(await siteAt(world.api, 'plant-1')).toMatchObject({ name: { en: 'Plant 1' } });
    expect(await siteAt(world.api, 'yard-site')).toBeDefined();
    const nothing = await world.ask('POST', '/cameras/import', {});
    expect(nothing.status).toBe(400);
  });
});

describe('who may not set up the plant', () => {
  it('changes nothing; by a site they change that site alone, and add none', async () => {
    await world.ask('POST', '/sites', { id: 'plant-3', name: PLANT_2 });
    const { version } = await world.one('plant-3');
    const tries: [string, string, object?][] = [
      ['GET', '/sites/configurations'],
      ['POST', '/sites', { id: 'x', name: PLANT_2 }],
      ['PATCH', '/sites/plant-3', { version, name: PLANT_2 }],
      ['DELETE', `/sites/plant-3?version=${version}`],
      ['GET', '/sites/plant-3/uses'],
      ['POST', '/sites/plant-3/floor-plans', { version, id: 'x', name: PLANT_2, size: [4, 3] }],
      ['PATCH', '/sites/plant-3/floor-plans/roof', { version, size: [4, 3] }],
      ['DELETE', `/sites/plant-3/floor-plans/roof?version=${version}`],
    ];
    for (const [method, path, body] of tries) {
      expect([path, (await world.ask(method, path, body, 'operator')).status]).toEqual([path, 403]);
    }
    const scopes = ['camera:manage@site', 'registry:read@all'] as const;
    await makeUser(world.database, 'site-1', [...scopes], { employeeNo: 'E006' });
    const seen = await world.api.send<{ items: ShownSite[] }>(
      'site-1',
      'GET',
      '/sites/configurations',
    );
    expect(seen.body.items.map(({ id }) => id)).toEqual(['changzhou-1']);
    expect((await world.ask('POST', '/sites', { id: 'x', name: PLANT_2 }, 'site-1')).status).toBe(
      403,
    );
    const foreign = await world.ask(
      'PATCH',
      '/sites/plant-3',
      { version, name: PLANT_2 },
      'site-1',
    );
    expect([foreign.status, foreign.body.code]).toEqual([404, 'site.unknown']);
    const own = await world.one('changzhou-1');
    const renamed = { version: own.version, name: PLANT_2 };
    expect((await world.ask('PATCH', '/sites/changzhou-1', renamed, 'site-1')).status).toBe(200);
  });

  it('of another company is not known: neither its sites nor its pictures', async () => {
    const admin = new pg.Client({ connectionString: world.urls.superUrl });
    await admin.connect();
    await admin.query(`INSERT INTO tenant (id, name) VALUES ('rival', '{}')`);
    await admin.query(
      `INSERT INTO site (tenant_id, id, name, floor_plans) VALUES ('rival', 'rival-site', $1, $2)`,
      [
        JSON.stringify(PLANT_2),
        JSON.stringify([{ id: 'rival-hall', name: PLANT_2, size: [4, 3] }]),
      ],
    );
    await admin.end();
    expect((await world.list()).map(({ id }) => id)).not.toContain('rival-site');
    const tried = await world.ask('PATCH', '/sites/rival-site', { version: 1, name: PLANT_2 });
    expect([tried.status, tried.body.code]).toEqual([404, 'site.unknown']);
    const removed = await world.ask('DELETE', '/sites/rival-site?version=1');
    expect([removed.status, removed.body.code]).toEqual([404, 'site.unknown']);
    // The ids of another company are free.
    expect((await world.ask('POST', '/sites', { id: 'rival-site', name: PLANT_2 })).status).toBe(
      201,
    );
  });
});

it('a plant whose cameras are those of a file is set up in the file', async () => {
  const urls = await world.site.seededDatabase();
  const api = await startApi(world.site, urls.appUrl, { camerasFrom: 'file' });
  try {
    const answer = await api.send('admin', 'POST', '/sites', { id: 'x', name: PLANT_2 });
    expect([answer.status, answer.body.code]).toEqual([409, 'camera.from-file']);
  } finally {
    await api.stop();
  }
});

it('a plant without a cameras.yaml begins with nothing, and nothing is wrong', async () => {
  const urls = await world.site.seededDatabase();
  const camerasFile = join(world.site.folder, 'nowhere', 'cameras.yaml');
  const api = await startApi(world.site, urls.appUrl, { camerasFile });
  try {
    const system = await api.send<{ camerasFile: { problems: object[] } }>(
      'admin',
      'GET',
      '/system',
    );
    expect(system.body.camerasFile.problems).toEqual([]);
    const made = await api.send('admin', 'POST', '/sites', { id: 'first', name: PLANT_2 });
    expect(made.status).toBe(201);
  } finally {
    await api.stop();
  }
});
