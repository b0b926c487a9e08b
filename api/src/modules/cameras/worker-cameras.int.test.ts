import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolWorker } from '../../testing/devices.ts';
import {
  CAMERAS,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site?.stop();
});

describe('a database without any camera', () => {
  it('gives a worker no empty list, for which it would drop all of its cameras', async () => {
    const urls = await site.seededDatabase();
    const admin = new pg.Client({ connectionString: urls.superUrl });
    await admin.connect();
    // Past the triggers: versions of cameras are never deleted.
    await admin.query('SET session_replication_role = replica');
    for (const table of ['camera_config_version', 'camera_address', 'camera']) {
      await admin.query(`DELETE FROM ${table}`);
    }
    await admin.end();
    const camerasFile = join(site.folder, 'empty.yaml');
    await writeFile(camerasFile, `${CAMERAS.split('cameras:')[0]}cameras: []\n`);
    const api = await startApi(site, urls.appUrl, { camerasFile });
    try {
      const { headers } = await enrolWorker(api, 'worker-1');
      const answer = await api.get('/api/v1/ingest/cameras', headers);
      expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'camera.none' }]);
      await writeFile(camerasFile, CAMERAS);
      await until(
        async () => (await api.get('/api/v1/ingest/cameras', headers)).status === 200,
        'the cameras of the file',
      );
      // One without a camera of its own gets an empty list, since there are others.
      const west = { version: 1, worker: 'worker-7' };
      await api.send('admin', 'PATCH', '/cameras/hall-west/configuration', west);
      const own = await api.get('/api/v1/ingest/cameras', headers);
      expect([own.status, await own.json()]).toMatchObject([200, { cameras: [] }]);
    } finally {
      await api.stop();
    }
  });
});

describe('an address with variables', () => {
  let api: RunningApi;
  const at = (port: string, path: string, host = '127.0.0.1') =>
    `rtsp://${host}:\${${port}}/${path}`;
  type Errors = { errors: { field: string; message: string }[] };
  let version: number;
  /** Changes the camera of the demo, which came from the file. */
  async function change(body: object) {
    const given = { version, ...body };
    const answer = await api.send<Errors & { version: number }>(
      'admin',
      'PATCH',
      '/cameras/aisle/configuration',
      given,
    );
    if (answer.status === 200) version = answer.body.version;
    return answer;
  }
  const add = (id: string, address: string) =>
    api.send<Errors>('admin', 'POST', '/cameras', {
      id,
      name: { zh: '门', en: 'Gate' },
      site: 'plant-1',
      address,
    });

  beforeAll(async () => {
    api = await startApi(site, (await site.seededDatabase()).appUrl);
    const aisle = `  - id: aisle
    name: { zh: 通道, en: Aisle }
    site: plant-1
    url: ${at('ANSHI_SIM_RTSP_PORT', 'aisle')}
    picture: [640, 360]
`;
    await writeFile(api.settings.camerasFile, CAMERAS + aisle);
    const taken = await until(async () => {
      const answer = await api.send<{ items: { version: number }[] }>(
        'admin',
        'POST',
        '/cameras/import',
        { cameras: ['aisle'] },
      );
      return answer.status === 200 ? answer.body.items[0] : null;
    }, 'the camera is taken over, with any variable');
    version = taken.version;
  });
  afterAll(async () => {
    await api?.stop();
  });

  it('keeps those that it has, while its device is the same', async () => {
    expect((await change({ analysisFps: 2 })).status).toBe(200);
    const address = at('ANSHI_SIM_RTSP_PORT', 'aisle');
    expect((await change({ address, analysisFps: 3 })).status).toBe(200);
    expect((await change({ address: at('ANSHI_SIM_RTSP_PORT', 'hall-east') })).status).toBe(200);
  });

  it('may name no variable of another camera: its password would go to any server', async () => {
    for (const address of [
      `rtsp://x:\${ANSHI_CAMERA_HALL_WEST}@198.51.100.7/s`,
      at('ANSHI_SIM_RTSP_PORT', 'aisle', '198.51.100.7'),
    ]) {
      const { status, body } = await change({ address });
      expect([status, body.code]).toEqual([422, 'camera.invalid']);
      expect(body.errors).toMatchObject([
        { field: 'body.address', message: expect.stringContaining('ANSHI_CAMERA_AISLE') },
      ]);
    }
    const own = `rtsp://x:\${ANSHI_CAMERA_AISLE_PASSWORD}@198.51.100.7/s`;
    expect((await change({ address: own })).status).toBe(200);
    // Its id is the name of a variable of another one.
    const guessed = await add('aisle-password', own);
    expect([guessed.status, guessed.body.errors]).toMatchObject([422, [{ field: 'body.address' }]]);
    // Its id is the beginning of that of another one.
    const refused = await add('hall', `rtsp://x:\${ANSHI_CAMERA_HALL_WEST}@198.51.100.7/s`);
    expect([refused.status, refused.body.errors]).toMatchObject([422, [{ field: 'body.address' }]]);
    expect((await add('hall', `rtsp://x:\${ANSHI_CAMERA_HALL}@198.51.100.7/s`)).status).toBe(201);
  });
});
