import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCamerasFile } from '@anshi/contracts';
import pg from 'pg';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConfigurationSite,
  openConfigurationSite,
} from '../../../testing/camera-configuration.ts';
import { enrolWorker } from '../../../testing/devices.ts';
import { drawPicture } from '../../../testing/media.ts';
import { CAMERAS, type RunningApi, startApi, until } from '../../../testing/site.ts';
import { beginUpload, upload, uploadFile } from '../../../testing/tus.ts';
import { makeUser } from '../../../testing/users.ts';

/** Sites and floor plans as an administrator sets them up. */
let world: ConfigurationSite;
/** A second process on the same database. */
let other: RunningApi;
beforeAll(async () => {
  world = await openConfigurationSite();
  other = await startApi(world.site, world.urls.appUrl);
});
afterAll(async () => {
  await other?.stop();
  await world?.stop();
});

interface Plan {
  id: string;
  name: { en: string };
  size: [number, number];
  imageUrl: string | null;
  picture: { width: number; height: number } | null;
  cameras: number;
  areas: number;
}
interface SiteAnswer {
  id: string;
  version: number;
  name: { zh: string; en: string };
  updatedBy: object | null;
  floorPlans: Plan[];
}
interface Use {
  kind: string;
  count: number;
  items: { id: string }[];
}
type Answer = SiteAnswer & { uses?: Use[]; detail?: string };

const NAME = { zh: '二号厂', en: 'Plant 2' };
const ask = (method: string, path: string, body?: object, user = 'admin') =>
  world.api.send<Answer>(user, method, path, body);
const list = async () =>
  (await world.api.send<{ items: SiteAnswer[] }>('admin', 'GET', '/sites/configurations')).body
    .items;
const one = async (id: string) => (await list()).find((site) => site.id === id)!;
const shownAt = async (api: RunningApi, id: string) =>
  (await api.send<{ items: SiteAnswer[] }>('operator', 'GET', '/sites')).body.items.find(
    (site) => site.id === id,
  );
/** The picture of a hall, 640 x 480. */
const picture = async (seed = 1) =>
  uploadFile(world.api, await world.api.signIn('admin'), await drawPicture(seed), {
    name: 'hall.jpg',
  });

describe('a site', () => {
  it('is added, renamed and removed, and readers see it at once, other processes soon', async () => {
    const made = await ask('POST', '/sites', { id: 'plant-2', name: NAME });
    expect([made.status, made.body]).toMatchObject([
      201,
      { id: 'plant-2', version: 1, floorPlans: [], updatedBy: { en: expect.any(String) } },
    ]);
    expect(await shownAt(world.api, 'plant-2')).toMatchObject({ name: NAME });
    await until(() => shownAt(other, 'plant-2'), 'elsewhere, too');
    const again = await ask('POST', '/sites', { id: 'plant-2', name: NAME });
    expect([again.status, again.body.code]).toEqual([409, 'site.id-taken']);
    const named = { zh: '二号厂区', en: 'Second plant' };
    const renamed = await ask('PATCH', '/sites/plant-2', { version: 1, name: named });
    expect([renamed.status, renamed.body]).toMatchObject([200, { version: 2, name: named }]);
    const late = await ask('PATCH', '/sites/plant-2', { version: 1, name: NAME });
    expect([late.status, late.body]).toMatchObject([
      409,
      { code: 'site.version-conflict', current: { version: 2 } },
    ]);
    const old = await ask('DELETE', '/sites/plant-2?version=1');
    expect([old.status, old.body.code]).toEqual([409, 'site.version-conflict']);
    expect((await ask('DELETE', '/sites/plant-2?version=2')).status).toBe(204);
    expect(await shownAt(world.api, 'plant-2')).toBeUndefined();
    await until(async () => !(await shownAt(other, 'plant-2')), 'elsewhere, too');
    const lines = await world.database.transaction({ tenant: 'demo', user: null }, async (tx) => [
      await tx.auditLog.findMany({ where: { entity: 'site', entityId: 'plant-2' } }),
      await tx.outboxEvent.findMany({ where: { entity: 'site' } }),
    ]);
    expect(lines.map((rows) => rows.length)).toEqual([3, 3]);
  });

  it('stays while cameras, areas, departments or floor plans are at it, and says which', async () => {
    const { version } = await one('plant-1');
    const plans = await ask('DELETE', `/sites/plant-1?version=${version}`);
    expect([plans.status, plans.body]).toMatchObject([
      409,
      { code: 'site.in-use', uses: [{ kind: 'floor-plan', items: [{ id: 'hall' }] }] },
    ]);
    const { body } = await world.api.send<{ items: Use[] }>('admin', 'GET', '/sites/plant-1/uses');
    expect(body.items).toMatchObject([
      { kind: 'camera', count: 1, items: [{ id: 'hall-west', name: { en: 'Hall west' } }] },
    ]);
    await ask('POST', '/sites', { id: 'changzhou-1', name: NAME });
    // The areas and departments of the demonstration name it.
    const places = await ask('DELETE', '/sites/changzhou-1?version=1');
    expect([places.status, places.body.code]).toEqual([409, 'site.in-use']);
    const kinds = places.body.uses?.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['area', 'department']));
  });

  it('of cameras.yaml is seeded once: what people changed and removed stays so', async () => {
    const name = { zh: '一厂', en: 'By the app' };
    await ask('PATCH', '/sites/plant-1', { version: (await one('plant-1')).version, name });
    const yard = '  - { id: yard-site, name: { zh: 院, en: Yard } }\ncameras:';
    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('cameras:', yard));
    await until(() => shownAt(world.api, 'yard-site'), 'a new site of the file');
    expect((await ask('DELETE', '/sites/yard-site?version=1')).status).toBe(204);
    // Another one is seeded by the next change of the file, and nothing else happens.
    const more = `  - { id: last-site, name: { zh: 末, en: Last } }\n${yard}`;
    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('cameras:', more));
    await until(() => shownAt(world.api, 'last-site'), 'the other site of the file');
    expect(await shownAt(world.api, 'yard-site')).toBeUndefined();
    expect(await shownAt(world.api, 'plant-1')).toMatchObject({ name });
    const compared = await world.api.send<{ sites: object[] }>('admin', 'GET', '/cameras/import');
    expect(compared.body.sites).toMatchObject([
      { site: 'plant-1', kind: 'different' },
      { site: 'yard-site', kind: 'removed' },
    ]);
    const taken = await ask('POST', '/cameras/import', { sites: ['plant-1', 'yard-site'] });
    expect(taken.status).toBe(200);
    expect(await shownAt(world.api, 'plant-1')).toMatchObject({ name: { en: 'Plant 1' } });
    expect(await shownAt(world.api, 'yard-site')).toBeDefined();
    const nothing = await ask('POST', '/cameras/import', {});
    expect(nothing.status).toBe(400);
  });
});

describe('a floor plan', () => {
  it('has a picture that was uploaded, and the size that fits it', async () => {
    await ask('POST', '/sites', { id: 'plant-3', name: { zh: '三厂', en: 'Plant 3' } });
    const plan = { version: 1, id: 'floor-1', name: { zh: '一层', en: 'Floor 1' } };
    const wrong = await ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      size: [40, 20],
      picture: await picture(),
    });
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      {
        code: 'floor-plan.shape',
        errors: [{ field: 'body.size', message: expect.stringContaining('30 m deep') }],
      },
    ]);
    const made = await ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      size: [40, 30],
      picture: await picture(),
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        version: 2,
        floorPlans: [{ id: 'floor-1', size: [40, 30], picture: { width: 640, height: 480 } }],
      },
    ]);
    for (const api of [world.api, other]) {
      const seen = await until(
        async () => (await shownAt(api, 'plant-3'))?.floorPlans[0],
        'readers see it',
      );
      const image = await api.get(seen.imageUrl ?? '', await api.signIn('operator'));
      expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(image.headers.get('content-security-policy')).toContain('sandbox');
      const data = await sharp(Buffer.from(await image.arrayBuffer())).metadata();
      expect([data.width, data.height]).toEqual([640, 480]);
    }
    // An id is one plan of the company: readers name no site.
    const twice = await ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      version: 2,
      id: 'hall',
      size: [4, 3],
    });
    expect([twice.status, twice.body.code]).toEqual([409, 'floor-plan.id-taken']);
  });

  it('gets another picture, whose shape its size has to have', async () => {
    const before = await one('plant-3');
    const path = '/sites/plant-3/floor-plans/floor-1';
    const tall = await sharp(await drawPicture(5))
      .resize(300, 600, { fit: 'fill' })
      .png()
      .toBuffer();
    const send = async () =>
      uploadFile(world.api, await world.api.signIn('admin'), tall, {
        name: 'tall.png',
        type: 'image/png',
      });
    const { version } = before;
    const refused = await ask('PATCH', path, { version, picture: await send() });
    expect([refused.status, refused.body.code]).toEqual([422, 'floor-plan.shape']);
    const changed = await ask('PATCH', path, { version, picture: await send(), size: [15, 30] });
    expect([changed.status, changed.body.floorPlans[0]]).toMatchObject([
      200,
      { size: [15, 30], picture: { width: 300, height: 600 } },
    ]);
    // Browsers keep pictures by their address.
    expect(changed.body.floorPlans[0]?.imageUrl).not.toBe(before.floorPlans[0]?.imageUrl);
    const stretched = await ask('PATCH', path, { version: version + 1, size: [30, 30] });
    expect([stretched.status, stretched.body.code]).toEqual([422, 'floor-plan.shape']);
    const named = await ask('PATCH', path, {
      version: version + 1,
      name: { zh: '底层', en: 'Ground' },
    });
    expect(named.body.floorPlans[0]).toMatchObject({ name: { en: 'Ground' }, size: [15, 30] });
  });

  it('takes nothing but a picture: no text, no script in an SVG, nothing over 40 MiB', async () => {
    const headers = await world.api.signIn('admin');
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    const script = await upload(world.api, headers, Buffer.from(svg), {
      name: 'plan.svg',
      type: 'image/svg+xml',
    });
    expect([script.status, await script.json()]).toMatchObject([422, { code: 'file.type' }]);
    const large = await upload(world.api, headers, Buffer.alloc(41 * 1024 * 1024, 7), {
      name: 'plan.png',
      type: 'image/png',
      piece: 8 * 1024 * 1024,
    });
    expect([413, 422]).toContain(large.status);
    expect((await beginUpload(world.api, headers, 41 * 1024 * 1024)).status).toBe(413);
    const { version } = await one('plant-3');
    const plan = { version, id: 'text', name: { zh: '字', en: 'Text' }, size: [4, 3] };
    const notes = await uploadFile(world.api, headers, Buffer.from('no picture'), {
      name: 'plan.txt',
      type: 'text/plain',
    });
    const refused = await ask('POST', '/sites/plant-3/floor-plans', { ...plan, picture: notes });
    expect([refused.status, refused.body.code]).toEqual([422, 'floor-plan.not-a-picture']);
    // Nor one of another person.
    const theirs = await uploadFile(
      world.api,
      await world.api.signIn('operator'),
      await drawPicture(9),
    );
    const foreign = await ask('POST', '/sites/plant-3/floor-plans', { ...plan, picture: theirs });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'file.unknown']);
    expect((await one('plant-3')).version).toBe(version);
  });

  it('stays while cameras, areas or readers are on it, and goes then with its picture', async () => {
    const added = await world.add({ id: 'gate', site: 'plant-3', floorPlan: 'floor-1' });
    expect(added.status).toBe(201);
    const place = { source: 'reader-9', floorPlan: 'floor-1', field: null };
    await world.api.send('admin', 'POST', '/readers', { name: 'reader-9', kind: 'omlox' });
    const reader = await world.api.send<{ id: string }>('admin', 'POST', '/reader-places', place);
    expect(reader.status).toBe(201);
    const { version, floorPlans } = await one('plant-3');
    expect(floorPlans[0]).toMatchObject({ cameras: 1, areas: 0 });
    const path = '/sites/plant-3/floor-plans/floor-1';
    const refused = await ask('DELETE', `${path}?version=${version}`);
    expect([refused.status, refused.body]).toMatchObject([
      409,
      {
        code: 'floor-plan.in-use',
        uses: [
          { kind: 'camera', items: [{ id: 'gate' }] },
          { kind: 'reader', items: [{ id: 'reader-9' }] },
        ],
      },
    ]);
    await world.change('gate', { version: 1, floorPlan: null });
    await world.api.send('admin', 'DELETE', `/reader-places/${reader.body.id}`);
    const image = floorPlans[0]?.imageUrl ?? '';
    const removed = await ask('DELETE', `${path}?version=${version}`);
    expect([removed.status, removed.body.floorPlans]).toEqual([200, []]);
    const gone = await world.api.get(image, await world.api.signIn('operator'));
    expect(gone.status).toBe(404);
  });

  it('is exported with the name of its picture, and imported where that is not there', async () => {
    const { version } = await one('plant-3');
    await ask('POST', '/sites/plant-3/floor-plans', {
      version,
      id: 'roof',
      name: { zh: '屋顶', en: 'Roof' },
      size: [8, 6],
      picture: await picture(4),
    });
    const answer = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    const text = await answer.text();
    expect(text).toContain('floor-plans/plant-3/roof.jpg: /api/v1/floor-plans/plant-3/roof/image');
    const file = readCamerasFile(text, 'exported.yaml');
    expect(file.sites.find(({ id }) => id === 'plant-3')?.floorPlans).toEqual([
      {
        id: 'roof',
        name: { zh: '屋顶', en: 'Roof' },
        image: 'floor-plans/plant-3/roof.jpg',
        size: [8, 6],
      },
    ]);
    const camerasFile = join(world.site.folder, 'exported.yaml');
    await writeFile(camerasFile, text);
    const urls = await world.site.seededDatabase();
    const api = await startApi(world.site, urls.appUrl, { camerasFile });
    try {
      expect((await shownAt(api, 'plant-3'))?.floorPlans).toMatchObject([
        { id: 'roof', size: [8, 6], imageUrl: null },
      ]);
      const again = await api.get('/api/v1/cameras/export', await api.signIn('admin'));
      expect(readCamerasFile(await again.text(), 'again.yaml').sites).toEqual(file.sites);
    } finally {
      await api.stop();
    }
  });

  it('reaches the worker whose cameras are at its site, without its picture', async () => {
    const { headers } = await enrolWorker(world.api, 'worker-9');
    const given = async () => {
      const answer = await world.api.get('/api/v1/ingest/cameras', headers);
      return (await answer.json()) as { revision: string; sites: { id: string }[] };
    };
    const before = await given();
    const { version } = await one('plant-3');
    const size = [16, 12];
    await ask('PATCH', '/sites/plant-3/floor-plans/roof', { version, size });
    const after = await given();
    expect(after.revision).not.toBe(before.revision);
    expect(after.sites.find(({ id }) => id === 'plant-3')).toEqual({
      id: 'plant-3',
      name: expect.any(Object),
      floorPlans: [{ id: 'roof', name: { zh: '屋顶', en: 'Roof' }, size }],
    });
  });
});

describe('who may not set up the plant', () => {
  it('changes nothing; by a site they change that site alone, and add none', async () => {
    const { version } = await one('plant-3');
    const tries: [string, string, object?][] = [
      ['GET', '/sites/configurations'],
      ['POST', '/sites', { id: 'x', name: NAME }],
      ['PATCH', '/sites/plant-3', { version, name: NAME }],
      ['DELETE', `/sites/plant-3?version=${version}`],
      ['GET', '/sites/plant-3/uses'],
      ['POST', '/sites/plant-3/floor-plans', { version, id: 'x', name: NAME, size: [4, 3] }],
      ['PATCH', '/sites/plant-3/floor-plans/roof', { version, size: [4, 3] }],
      ['DELETE', `/sites/plant-3/floor-plans/roof?version=${version}`],
    ];
    for (const [method, path, body] of tries) {
      expect([path, (await ask(method, path, body, 'operator')).status]).toEqual([path, 403]);
    }
    const scopes = ['camera:manage@site', 'registry:read@all'] as const;
    await makeUser(world.database, 'site-1', [...scopes], { employeeNo: 'E006' });
    const seen = await world.api.send<{ items: SiteAnswer[] }>(
      'site-1',
      'GET',
      '/sites/configurations',
    );
    expect(seen.body.items.map(({ id }) => id)).toEqual(['changzhou-1']);
    expect((await ask('POST', '/sites', { id: 'x', name: NAME }, 'site-1')).status).toBe(403);
    const foreign = await ask('PATCH', '/sites/plant-3', { version, name: NAME }, 'site-1');
    expect([foreign.status, foreign.body.code]).toEqual([404, 'site.unknown']);
    const own = await one('changzhou-1');
    const renamed = { version: own.version, name: NAME };
    expect((await ask('PATCH', '/sites/changzhou-1', renamed, 'site-1')).status).toBe(200);
  });

  it('of another company is not known: neither its sites nor its pictures', async () => {
    const admin = new pg.Client({ connectionString: world.urls.superUrl });
    await admin.connect();
    await admin.query(`INSERT INTO tenant (id, name) VALUES ('rival', '{}')`);
    await admin.query(
      `INSERT INTO site (tenant_id, id, name, floor_plans) VALUES ('rival', 'rival-site', $1, $2)`,
      [JSON.stringify(NAME), JSON.stringify([{ id: 'rival-hall', name: NAME, size: [4, 3] }])],
    );
    await admin.end();
    expect((await list()).map(({ id }) => id)).not.toContain('rival-site');
    const tried = await ask('PATCH', '/sites/rival-site', { version: 1, name: NAME });
    expect([tried.status, tried.body.code]).toEqual([404, 'site.unknown']);
    const removed = await ask('DELETE', '/sites/rival-site?version=1');
    expect([removed.status, removed.body.code]).toEqual([404, 'site.unknown']);
    // The ids of another company are free.
    expect((await ask('POST', '/sites', { id: 'rival-site', name: NAME })).status).toBe(201);
  });
});

it('a plant whose cameras are those of a file is set up in the file', async () => {
  const urls = await world.site.seededDatabase();
  const api = await startApi(world.site, urls.appUrl, { camerasFrom: 'file' });
  try {
    const answer = await api.send('admin', 'POST', '/sites', { id: 'x', name: NAME });
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
    const made = await api.send('admin', 'POST', '/sites', { id: 'first', name: NAME });
    expect(made.status).toBe(201);
  } finally {
    await api.stop();
  }
});
