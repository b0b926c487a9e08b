import { writeFile } from 'node:fs/promises';
import { readCamerasFile } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CAMERA_ADDRESS,
  CAMERA_SECRETS,
  type Configuration,
  type ConfigurationSite,
  listedCameras,
  openConfigurationSite,
} from '../../testing/camera-configuration.ts';
import { CAMERAS, type RunningApi, startApi, until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';

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

type Errors = { errors: { field: string; message: string }[] };

describe('the database', () => {
  it('is seeded by the file at the first start, and holds the cameras from then on', async () => {
    expect(await world.read()).toMatchObject({ version: 1, updatedBy: null, enabled: true });
    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('Hall west', 'By the file'));
    const differences = () =>
      world.api
        .send<{ items: object[] }>('admin', 'GET', '/cameras/import')
        .then(({ body }) => body.items);
    await until(async () => (await differences()).length === 1, 'the difference is shown');
    expect(await differences()).toMatchObject([{ camera: 'hall-west', kind: 'different' }]);
    expect((await world.read()).name.en).toBe('Hall west');
    // A second site of the file is seeded, too: it has none yet.
    const yard = `${CAMERAS}  - id: yard
    name: { zh: 院, en: Yard }
    site: changzhou-1
    url: rtsp://192.0.2.9/yard
    picture: [640, 360]
`.replace('cameras:', '  - { id: changzhou-1, name: { zh: 二号厂, en: Changzhou } }\ncameras:');
    await writeFile(world.api.settings.camerasFile, yard);
    await until(
      async () => (await listedCameras(world.api)).some(({ id }) => id === 'yard'),
      'the new site',
    );
    // Taken over on request, as a version that a person made.
    const taken = await world.api.send<{ items: Configuration[] }>(
      'admin',
      'POST',
      '/cameras/import',
      {
        cameras: ['yard'],
      },
    );
    expect(taken.body.items).toMatchObject([{ id: 'yard', version: 2 }]);
    await until(
      async () => (await listedCameras(other)).some(({ id }) => id === 'yard'),
      'elsewhere, too',
    );
  });

  it('takes new cameras and changes, each as a version with what it changed', async () => {
    const made = await world.add({ id: 'gate', area: null });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: 'gate',
      version: 1,
      address: 'rtsp://viewer:***@192.0.2.10:554/stream1',
      analysisFps: 5,
    });
    // The list of all is that of the database at once, and of another process soon.
    expect((await listedCameras(world.api)).map(({ id }) => id)).toContain('gate');
    await until(
      async () => (await listedCameras(other)).some(({ id }) => id === 'gate'),
      'elsewhere, too',
    );

    const drawing = `${made.body.drawing}zones:
  - { id: door, name: { zh: 门口, en: Door }, polygon: [[0, 0], [100, 0], [100, 100]] }
rules:
  - { id: ppe, kind: missing-ppe, zone: door, items: [helmet] }
`;
    const drawn = await world.change('gate', { version: 1, drawing, analysisFps: 3 });
    expect([drawn.status, drawn.body.version]).toEqual([200, 2]);
    // The mask keeps the password; another stream of the same device is another address.
    const address = 'rtsp://viewer:***@192.0.2.10:554/stream2';
    expect((await world.change('gate', { version: 2, address, enabled: false })).status).toBe(200);
    const { body } = await world.api.send<{ items: { changes: object[] }[] }>(
      'admin',
      'GET',
      '/cameras/gate/versions',
    );
    expect(body.items).toMatchObject([
      {
        version: 3,
        how: 'edit',
        changes: [
          { path: 'enabled', before: true, after: false },
          { path: 'address', before: '***', after: '***' },
        ],
      },
      { version: 2, by: { en: expect.any(String) } },
      { version: 1, changes: [] },
    ]);
    expect(body.items[1]?.changes).toMatchObject([
      { path: 'analysisFps', before: 5, after: 3 },
      { path: 'rules[ppe]', before: null },
      { path: 'zones[door]', before: null },
    ]);
  });

  it('gives an earlier version back as the next one, with its address', async () => {
    const restored = await world.api.send<Configuration>(
      'admin',
      'POST',
      '/cameras/gate/restoration',
      {
        version: 3,
        restore: 1,
      },
    );
    expect(restored.body).toMatchObject({
      version: 4,
      enabled: true,
      analysisFps: 5,
      address: 'rtsp://viewer:***@192.0.2.10:554/stream1',
    });
    const gone = await world.api.send('admin', 'POST', '/cameras/gate/restoration', {
      version: 4,
      restore: 99,
    });
    expect([gone.status, gone.body.code]).toEqual([422, 'camera.version-unknown']);
    // Versions are written once, by the owner of the tables, too.
    await expect(
      world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.cameraConfigVersion.updateMany({ data: { version: 77 } }),
      ),
    ).rejects.toThrow();
  });

  it('lets one of two editors through, and shows the other what changed and who did it', async () => {
    const { version } = await world.read('gate');
    const both = await Promise.all([
      world.change('gate', { version, analysisFps: 4 }),
      world.change('gate', { version, analysisFps: 6 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = await world.change<{ current: Configuration; changed: object }>('gate', {
      version,
      enabled: false,
    });
    expect(late).toMatchObject({
      status: 409,
      body: {
        code: 'camera.version-conflict',
        current: { version: version + 1, enabled: true },
        changed: { by: { en: expect.any(String) } },
      },
    });
  });

  it('says at its field what is wrong, with the line of the drawing', async () => {
    const { version } = await world.read('gate');
    const wrong = async (body: object) => {
      const answer = await world.change<Errors>('gate', { version, ...body });
      expect(answer.status).toBe(422);
      return answer.body.errors;
    };
    expect(await wrong({ drawing: 'picture: [1280, 720]\nzones:\n  - { id: x }\n' })).toMatchObject(
      [
        { field: 'body.drawing', message: expect.stringMatching(/^line 3, zones\[0\]\.name: /) },
        { field: 'body.drawing', message: expect.stringMatching(/^line 3, zones\[0\]\.polygon: /) },
      ],
    );
    expect(await wrong({ drawing: 'picture: [1280, 720]\nurl: x\n' })).toMatchObject([
      { field: 'body.drawing', message: expect.stringContaining('line 2: "url"') },
    ]);
    expect(await wrong({ drawing: 'zones: [' })).toMatchObject([{ field: 'body.drawing' }]);
    expect(await wrong({ address: 'http://192.0.2.10/' })).toMatchObject([
      { field: 'body.address', message: 'must start with rtsp://, rtsps:// or file:' },
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
    expect(await wrong({ address: 'rtsp://${ANSHI_BUS_SECRET}@192.0.2.10/' })).toMatchObject([
      { field: 'body.address' },
    ]);
    expect(await wrong({ address: 'rtsp://viewer:***@198.51.100.7/' })).toMatchObject([
      { field: 'body.address', message: expect.stringContaining('enter the password again') },
    ]);
    expect(await wrong({ floorPlan: 'no-plan' })).toMatchObject([{ field: 'body.floorPlan' }]);
    expect(await wrong({ area: 'no-area' })).toMatchObject([{ field: 'body.area' }]);
    expect(await wrong({ site: 'no-site' })).toMatchObject([{ field: 'body.site' }]);
    expect((await world.add({ id: 'gate' })).body.code).toBe('camera.id-taken');
    expect((await world.read('gate')).version).toBe(version);
  });

  it('is exported as a file that a worker reads, without an address', async () => {
    const answer = await world.api.get('/api/v1/cameras/export', await world.api.signIn('admin'));
    expect(answer.headers.get('content-disposition')).toContain('cameras.yaml');
    const text = await answer.text();
    expect(text).not.toMatch(CAMERA_SECRETS);
    expect(text).not.toContain('192.0.2.10');
    expect(text).toContain('# ');
    const file = readCamerasFile(text, 'exported.yaml');
    const before = readCamerasFile(CAMERAS, 'cameras.yaml');
    expect(file.sites).toEqual(expect.arrayContaining(before.sites));
    const { url, ...west } = file.cameras.find(({ id }) => id === 'hall-west')!;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how an address names a variable
    expect(url).toBe('rtsp://${ANSHI_CAMERA_HALL_WEST_ADDRESS}');
    const { url: _, ...asSeeded } = before.cameras[0]!;
    expect(west).toEqual(asSeeded);
  });
});

describe('who may not configure cameras', () => {
  it('sees no address, and changes nothing', async () => {
    const before = (await world.read()).version;
    const tries: [string, string, object?][] = [
      ['GET', '/cameras/configurations'],
      ['GET', '/cameras/hall-west/configuration'],
      ['GET', '/cameras/hall-west/versions'],
      ['GET', '/cameras/export'],
      ['GET', '/cameras/import'],
      ['POST', '/cameras/import', { cameras: ['hall-west'] }],
      [
        'POST',
        '/cameras',
        { id: 'x', name: { zh: 'x', en: 'x' }, site: 'plant-1', address: CAMERA_ADDRESS },
      ],
      ['PATCH', '/cameras/hall-west/configuration', { version: before, enabled: false }],
      ['POST', '/cameras/hall-west/restoration', { version: before, restore: 1 }],
      ['POST', '/cameras/hall-west/fence', { version: before, zone: 'press-area' }],
    ];
    for (const [method, path, body] of tries) {
      const answer = await world.api.send('operator', method, path, body);
      expect([path, answer.status]).toEqual([path, 403]);
    }
    for (const path of ['/cameras', '/system', '/sites', '/fences']) {
      const { body } = await world.api.send('operator', 'GET', path);
      expect(JSON.stringify(body)).not.toMatch(/geheim-4711|secret-of-the-camera|rtsp:|192\.0\.2/);
    }
    expect((await world.read()).version).toBe(before);
  });

  it('by a site sees and changes the cameras of that site alone', async () => {
    await makeUser(world.database, 'site-2', ['camera:manage@site', 'camera:read@all'], {
      employeeNo: 'E006',
    });
    const { body } = await world.api.send<{ items: { id: string }[] }>(
      'site-2',
      'GET',
      '/cameras/configurations',
    );
    expect(body.items.map(({ id }) => id)).toEqual(['yard']);
    expect((await world.api.send('site-2', 'GET', '/cameras/hall-west/configuration')).status).toBe(
      404,
    );
    const { version } = await world.read('yard');
    const moved = await world.change('yard', { version, site: 'plant-1' }, 'site-2');
    expect([moved.status, moved.body]).toMatchObject([422, { code: 'camera.other-site' }]);
    expect((await world.change('yard', { version, analysisFps: 2 }, 'site-2')).status).toBe(200);
  });

  it('finds no password in the audit log, in events and in what the API logged', async () => {
    const { rows } = await world.database.transaction(
      { tenant: 'demo', user: null },
      async (tx) => ({
        rows: [
          ...(await tx.auditLog.findMany({ where: { entity: 'camera' } })),
          ...(await tx.outboxEvent.findMany({ where: { entity: 'camera' } })),
          ...(await tx.cameraConfigVersion.findMany()),
          ...(await tx.camera.findMany()),
          ...(await tx.cameraAddress.findMany()),
        ].map((row) =>
          JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
        ),
      }),
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).not.toMatch(CAMERA_SECRETS);
    expect(world.logged.length).toBeGreaterThan(0);
    for (const line of world.logged) expect(line).not.toMatch(CAMERA_SECRETS);
  });
});
