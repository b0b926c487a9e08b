import { writeFile } from 'node:fs/promises';
import { readCamerasFile, topics, type WorkerCameras } from '@anshi/contracts';
import { signatureFault } from '@anshi/contracts/bus-signature';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../platform/db/database.ts';
import { enrolWorker, makeDevice } from '../../testing/devices.ts';
import {
  CAMERAS,
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { keyOf, startWorker, type TestWorker } from '../../testing/worker.ts';

/** In the address of the camera that the file has, and of one that is added here. */
const SECRETS = /secret-of-the-camera|geheim-4711/;
const ADDRESS = 'rtsp://viewer:geheim-4711@192.0.2.10:554/stream1';

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let other: RunningApi;
let database: Database;
let worker: TestWorker;
/** All that the API logged. */
const logged: string[] = [];

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase();
  const heard = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  api = await startApi(site, urls.appUrl, {}, heard);
  other = await startApi(site, urls.appUrl);
  database = openDatabase(urls.appUrl);
  worker = await startWorker(site, api);
});
afterAll(async () => {
  await worker?.stop();
  await database?.close();
  await other?.stop();
  await api?.stop();
  await site?.stop();
});

interface Configuration {
  id: string;
  version: number;
  name: { zh: string; en: string };
  address: string;
  enabled: boolean;
  analysisFps: number;
  drawing: string;
  updatedBy: object | null;
}
type Errors = { errors: { field: string; message: string }[] };
const read = async (id = 'hall-west') =>
  (await api.send<Configuration>('admin', 'GET', `/cameras/${id}/configuration`)).body;
const change = <Body = Configuration>(id: string, body: object, user = 'admin') =>
  api.send<Body>(user, 'PATCH', `/cameras/${id}/configuration`, body);
const add = <Body = Configuration>(body: object) =>
  api.send<Body>('admin', 'POST', '/cameras', {
    name: { zh: '门', en: 'Gate' },
    site: 'plant-1',
    address: ADDRESS,
    ...body,
  });
const listed = async (of: RunningApi) =>
  (await of.send<{ items: { id: string; name: { en: string } }[] }>('operator', 'GET', '/cameras'))
    .body.items;

describe('the database', () => {
  it('is seeded by the file at the first start, and holds the cameras from then on', async () => {
    expect(await read()).toMatchObject({ version: 1, updatedBy: null, enabled: true });
    await writeFile(api.settings.camerasFile, CAMERAS.replace('Hall west', 'By the file'));
    const differences = () =>
      api
        .send<{ items: object[] }>('admin', 'GET', '/cameras/import')
        .then(({ body }) => body.items);
    await until(async () => (await differences()).length === 1, 'the difference is shown');
    expect(await differences()).toMatchObject([{ camera: 'hall-west', kind: 'different' }]);
    expect((await read()).name.en).toBe('Hall west');
    // A second site of the file is seeded, too: it has none yet.
    const yard = `${CAMERAS}  - id: yard
    name: { zh: 院, en: Yard }
    site: changzhou-1
    url: rtsp://192.0.2.9/yard
    picture: [640, 360]
`.replace('cameras:', '  - { id: changzhou-1, name: { zh: 二号厂, en: Changzhou } }\ncameras:');
    await writeFile(api.settings.camerasFile, yard);
    await until(async () => (await listed(api)).some(({ id }) => id === 'yard'), 'the new site');
    // Taken over on request, as a version that a person made.
    const taken = await api.send<{ items: Configuration[] }>('admin', 'POST', '/cameras/import', {
      cameras: ['yard'],
    });
    expect(taken.body.items).toMatchObject([{ id: 'yard', version: 2 }]);
    await until(
      async () => (await listed(other)).some(({ id }) => id === 'yard'),
      'elsewhere, too',
    );
  });

  it('takes new cameras and changes, each as a version with what it changed', async () => {
    const made = await add({ id: 'gate', area: null });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: 'gate',
      version: 1,
      address: 'rtsp://viewer:***@192.0.2.10:554/stream1',
      analysisFps: 5,
    });
    // The list of all is that of the database at once, and of another process soon.
    expect((await listed(api)).map(({ id }) => id)).toContain('gate');
    await until(
      async () => (await listed(other)).some(({ id }) => id === 'gate'),
      'elsewhere, too',
    );

    const drawing = `${made.body.drawing}zones:
  - { id: door, name: { zh: 门口, en: Door }, polygon: [[0, 0], [100, 0], [100, 100]] }
rules:
  - { id: ppe, kind: missing-ppe, zone: door, items: [helmet] }
`;
    const drawn = await change('gate', { version: 1, drawing, analysisFps: 3 });
    expect([drawn.status, drawn.body.version]).toEqual([200, 2]);
    // The mask keeps the password; another stream of the same device is another address.
    const address = 'rtsp://viewer:***@192.0.2.10:554/stream2';
    expect((await change('gate', { version: 2, address, enabled: false })).status).toBe(200);
    const { body } = await api.send<{ items: { changes: object[] }[] }>(
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
    const restored = await api.send<Configuration>('admin', 'POST', '/cameras/gate/restoration', {
      version: 3,
      restore: 1,
    });
    expect(restored.body).toMatchObject({
      version: 4,
      enabled: true,
      analysisFps: 5,
      address: 'rtsp://viewer:***@192.0.2.10:554/stream1',
    });
    const gone = await api.send('admin', 'POST', '/cameras/gate/restoration', {
      version: 4,
      restore: 99,
    });
    expect([gone.status, gone.body.code]).toEqual([422, 'camera.version-unknown']);
    // Versions are written once, by the owner of the tables, too.
    await expect(
      database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.cameraConfigVersion.updateMany({ data: { version: 77 } }),
      ),
    ).rejects.toThrow();
  });

  it('lets one of two editors through, and shows the other what changed and who did it', async () => {
    const { version } = await read('gate');
    const both = await Promise.all([
      change('gate', { version, analysisFps: 4 }),
      change('gate', { version, analysisFps: 6 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const late = await change<{ current: Configuration; changed: object }>('gate', {
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
    const { version } = await read('gate');
    const wrong = async (body: object) => {
      const answer = await change<Errors>('gate', { version, ...body });
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
    expect((await add({ id: 'gate' })).body.code).toBe('camera.id-taken');
    expect((await read('gate')).version).toBe(version);
  });

  it('is exported as a file that a worker reads, without an address', async () => {
    const answer = await api.get('/api/v1/cameras/export', await api.signIn('admin'));
    expect(answer.headers.get('content-disposition')).toContain('cameras.yaml');
    const text = await answer.text();
    expect(text).not.toMatch(SECRETS);
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

describe('a worker', () => {
  const ask = (headers: Record<string, string>) => api.get('/api/v1/ingest/cameras', headers);

  it('gets its cameras with their addresses, once for each change', async () => {
    const first = await ask(worker.own);
    const tag = first.headers.get('etag') ?? '';
    const { cameras, revision } = (await first.json()) as WorkerCameras;
    expect(tag).toBe(`"${revision}"`);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(cameras.find(({ id }) => id === 'gate')).toMatchObject({ config: { url: ADDRESS } });
    const again = await ask({ ...worker.own, 'if-none-match': tag });
    expect([again.status, await again.text()]).toEqual([304, '']);

    // One that names another worker is not its own.
    const { version } = await read('gate');
    await change('gate', { version, worker: 'worker-7' });
    const after = await ask({ ...worker.own, 'if-none-match': tag });
    const left = ((await after.json()) as WorkerCameras).cameras.map(({ id }) => id);
    expect(left).toEqual(['hall-west', 'yard']);
    const { headers } = await enrolWorker(api, 'worker-7');
    const of7 = (await (await ask(headers)).json()) as WorkerCameras;
    expect(of7.cameras.map(({ id }) => id)).toContain('gate');
  });

  it('is told on the bus that they changed, and not what', async () => {
    const topic = topics.configuration('demo', 'worker-1');
    const heard: Buffer[] = [];
    worker.client.on('message', (on, payload) => {
      if (on === topic) heard.push(payload);
    });
    await worker.client.subscribeAsync(topic, { qos: 1 });
    await until(() => heard[0], 'what is retained');
    const { version } = await read();
    await change('hall-west', { version, analysisFps: 7 });
    const { revision } = (await (await ask(worker.own)).json()) as WorkerCameras;
    // What changed before may still be told first.
    const next = await until(
      () => heard.find((one) => JSON.parse(one.toString()).revision === revision),
      'the change',
    );
    expect(signatureFault(keyOf('worker-1'), topic, next)).toBeNull();
    expect(Object.keys(JSON.parse(next.toString())).sort()).toEqual([
      'at',
      'revision',
      'signature',
      'signedat',
    ]);
  });

  it('alone gets them: no person, no other device and no other secret', async () => {
    const reader = await makeDevice(api, 'reader', 'gate-reader');
    const attempts = [{}, await api.signIn('admin'), await api.signIn('operator'), reader.headers];
    for (const headers of attempts) {
      const answer = await ask(headers as Record<string, string>);
      expect([401, 403]).toContain(answer.status);
      expect(await answer.text()).not.toMatch(SECRETS);
    }
  });
});

describe('who may not configure cameras', () => {
  it('sees no address, and changes nothing', async () => {
    const before = (await read()).version;
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
        { id: 'x', name: { zh: 'x', en: 'x' }, site: 'plant-1', address: ADDRESS },
      ],
      ['PATCH', '/cameras/hall-west/configuration', { version: before, enabled: false }],
      ['POST', '/cameras/hall-west/restoration', { version: before, restore: 1 }],
      ['POST', '/cameras/hall-west/fence', { version: before, zone: 'press-area' }],
    ];
    for (const [method, path, body] of tries) {
      const answer = await api.send('operator', method, path, body);
      expect([path, answer.status]).toEqual([path, 403]);
    }
    for (const path of ['/cameras', '/system', '/sites', '/fences']) {
      const { body } = await api.send('operator', 'GET', path);
      expect(JSON.stringify(body)).not.toMatch(/geheim-4711|secret-of-the-camera|rtsp:|192\.0\.2/);
    }
    expect((await read()).version).toBe(before);
  });

  it('by a site sees and changes the cameras of that site alone', async () => {
    await makeUser(database, 'site-2', ['camera:manage@site', 'camera:read@all'], {
      employeeNo: 'E006',
    });
    const { body } = await api.send<{ items: { id: string }[] }>(
      'site-2',
      'GET',
      '/cameras/configurations',
    );
    expect(body.items.map(({ id }) => id)).toEqual(['yard']);
    expect((await api.send('site-2', 'GET', '/cameras/hall-west/configuration')).status).toBe(404);
    const { version } = await read('yard');
    const moved = await change('yard', { version, site: 'plant-1' }, 'site-2');
    expect([moved.status, moved.body]).toMatchObject([422, { code: 'camera.other-site' }]);
    expect((await change('yard', { version, analysisFps: 2 }, 'site-2')).status).toBe(200);
  });

  it('finds no password in the audit log, in events and in what the API logged', async () => {
    const { rows } = await database.transaction({ tenant: 'demo', user: null }, async (tx) => ({
      rows: [
        ...(await tx.auditLog.findMany({ where: { entity: 'camera' } })),
        ...(await tx.outboxEvent.findMany({ where: { entity: 'camera' } })),
        ...(await tx.cameraConfigVersion.findMany()),
        ...(await tx.camera.findMany()),
        ...(await tx.cameraAddress.findMany()),
      ].map((row) =>
        JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
      ),
    }));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).not.toMatch(SECRETS);
    expect(logged.length).toBeGreaterThan(0);
    for (const line of logged) expect(line).not.toMatch(SECRETS);
  });
});

describe('cameras of a file', () => {
  it('follow it and cannot be changed here; workers are sent to their own', async () => {
    const fromFile = await startApi(site, urls.appUrl, { camerasFrom: 'file' });
    try {
      await writeFile(fromFile.settings.camerasFile, CAMERAS.replace('Hall west', 'By the file'));
      await until(
        async () => (await listed(fromFile)).some(({ name }) => name.en === 'By the file'),
        'the file is followed',
      );
      const refused = await fromFile.send('admin', 'PATCH', '/cameras/hall-west/configuration', {
        version: 1,
        enabled: false,
      });
      expect([refused.status, refused.body.code]).toEqual([409, 'camera.from-file']);
      const answer = await fromFile.get('/api/v1/ingest/cameras', worker.own);
      expect([answer.status, await answer.json()]).toMatchObject([
        409,
        { code: 'camera.from-file' },
      ]);
    } finally {
      await fromFile.stop();
    }
  });
});
