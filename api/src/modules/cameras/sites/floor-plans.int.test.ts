import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCamerasFile } from '@anshi/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolWorker } from '../../../testing/devices.ts';
import { drawPicture } from '../../../testing/media.ts';
import { startApi, until } from '../../../testing/site.ts';
import { openSitesWorld, type SitesWorld, siteAt } from '../../../testing/sites.ts';
import { beginUpload, upload, uploadFile } from '../../../testing/tus.ts';

/** Floor plans as an administrator sets them up. */
let world: SitesWorld;
beforeAll(async () => {
  world = await openSitesWorld();
});
afterAll(() => world?.stop());

describe('a floor plan', () => {
  it('has a picture that was uploaded, and the size that fits it', async () => {
    await world.ask('POST', '/sites', { id: 'plant-3', name: { zh: '三厂', en: 'Plant 3' } });
    const plan = { version: 1, id: 'floor-1', name: { zh: '一层', en: 'Floor 1' } };
    const wrong = await world.ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      size: [40, 20],
      picture: await world.picture(),
    });
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      {
        code: 'floor-plan.shape',
        errors: [{ field: 'body.size', message: expect.stringContaining('30 m deep') }],
      },
    ]);
    const made = await world.ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      size: [40, 30],
      picture: await world.picture(),
    });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        version: 2,
        floorPlans: [{ id: 'floor-1', size: [40, 30], picture: { width: 640, height: 480 } }],
      },
    ]);
    for (const api of [world.api, world.other]) {
      const seen = await until(
        async () => (await siteAt(api, 'plant-3'))?.floorPlans[0],
        'readers see it',
      );
      const image = await api.get(seen.imageUrl ?? '', await api.signIn('operator'));
      expect([image.status, image.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      expect(image.headers.get('content-security-policy')).toContain('sandbox');
      const data = await sharp(Buffer.from(await image.arrayBuffer())).metadata();
      expect([data.width, data.height]).toEqual([640, 480]);
    }
    // An id is one plan of the company: readers name no site.
    const twice = await world.ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      version: 2,
      id: 'hall',
      size: [4, 3],
    });
    expect([twice.status, twice.body.code]).toEqual([409, 'floor-plan.id-taken']);
  });

  it('gets another picture, whose shape its size has to have', async () => {
    const before = await world.one('plant-3');
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
    const refused = await world.ask('PATCH', path, { version, picture: await send() });
    expect([refused.status, refused.body.code]).toEqual([422, 'floor-plan.shape']);
    const changed = await world.ask('PATCH', path, {
      version,
      picture: await send(),
      size: [15, 30],
    });
    expect([changed.status, changed.body.floorPlans[0]]).toMatchObject([
      200,
      { size: [15, 30], picture: { width: 300, height: 600 } },
    ]);
    // Browsers keep pictures by their address.
    expect(changed.body.floorPlans[0]?.imageUrl).not.toBe(before.floorPlans[0]?.imageUrl);
    const stretched = await world.ask('PATCH', path, { version: version + 1, size: [30, 30] });
    expect([stretched.status, stretched.body.code]).toEqual([422, 'floor-plan.shape']);
    const named = await world.ask('PATCH', path, {
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
    const { version } = await world.one('plant-3');
    const plan = { version, id: 'text', name: { zh: '字', en: 'Text' }, size: [4, 3] };
    const notes = await uploadFile(world.api, headers, Buffer.from('no picture'), {
      name: 'plan.txt',
      type: 'text/plain',
    });
    const refused = await world.ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      picture: notes,
    });
    expect([refused.status, refused.body.code]).toEqual([422, 'floor-plan.not-a-picture']);
    // Nor one of another person.
    const theirs = await uploadFile(
      world.api,
      await world.api.signIn('operator'),
      await drawPicture(9),
    );
    const foreign = await world.ask('POST', '/sites/plant-3/floor-plans', {
      ...plan,
      picture: theirs,
    });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'file.unknown']);
    expect((await world.one('plant-3')).version).toBe(version);
  });

  it('stays while cameras, areas or readers are on it, and goes then with its picture', async () => {
    const added = await world.add({ id: 'gate', site: 'plant-3', floorPlan: 'floor-1' });
    expect(added.status).toBe(201);
    const place = { source: 'reader-9', floorPlan: 'floor-1', field: null };
    await world.api.send('admin', 'POST', '/readers', { name: 'reader-9', kind: 'omlox' });
    const reader = await world.api.send<{ id: string }>('admin', 'POST', '/reader-places', place);
    expect(reader.status).toBe(201);
    const { version, floorPlans } = await world.one('plant-3');
    expect(floorPlans[0]).toMatchObject({ cameras: 1, areas: 0 });
    const path = '/sites/plant-3/floor-plans/floor-1';
    const refused = await world.ask('DELETE', `${path}?version=${version}`);
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
    const removed = await world.ask('DELETE', `${path}?version=${version}`);
    expect([removed.status, removed.body.floorPlans]).toEqual([200, []]);
    const gone = await world.api.get(image, await world.api.signIn('operator'));
    expect(gone.status).toBe(404);
  });

  it('is exported with the name of its picture, and imported where that is not there', async () => {
    const { version } = await world.one('plant-3');
    await world.ask('POST', '/sites/plant-3/floor-plans', {
      version,
      id: 'roof',
      name: { zh: '屋顶', en: 'Roof' },
      size: [8, 6],
      picture: await world.picture(4),
    });
    const answer = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    const text = await answer.text();
    expect(text).toMatch(/^# +floor-plans\/plant-3\/roof\.jpg$/m);
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
      expect((await siteAt(api, 'plant-3'))?.floorPlans).toMatchObject([
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
    const { version } = await world.one('plant-3');
    const size = [16, 12];
    await world.ask('PATCH', '/sites/plant-3/floor-plans/roof', { version, size });
    const after = await given();
    expect(after.revision).not.toBe(before.revision);
    expect(after.sites.find(({ id }) => id === 'plant-3')).toEqual({
      id: 'plant-3',
      name: expect.any(Object),
      floorPlans: [{ id: 'roof', name: { zh: '屋顶', en: 'Roof' }, size }],
    });
  });
});
