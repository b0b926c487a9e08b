import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadedEvent, openAnnouncer, testModel } from '../../testing/models.ts';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { yesterdayAt } from '../../testing/times.ts';
import { startWorker, type TestWorker } from '../../testing/worker.ts';
import type { ReadablePlaces } from './readable.ts';

let site: Site;
let api: RunningApi;
let worker: TestWorker;
let announcer: Awaited<ReturnType<typeof openAnnouncer>>;

beforeAll(async () => {
  site = await openSite();
  const { appUrl } = await site.seededDatabase();
  api = await startApi(site, appUrl);
  worker = await startWorker(site, api, 'worker-1');
  announcer = await openAnnouncer(site, 'worker-1');
});
afterAll(async () => {
  await announcer?.stop();
  await worker?.stop();
  await api?.stop();
  await site?.stop();
});

const read = (camera: string) =>
  api.send<ReadablePlaces>('admin', 'GET', `/cameras/${camera}/readable-places`);

/** Eight metres are 480 pixels far away and 1120 near by. */
const CALIBRATED = `picture: [1280, 720]
calibration:
  - { picture: [400, 300], floor: [16, 2] }
  - { picture: [880, 300], floor: [24, 2] }
  - { picture: [1200, 700], floor: [24, 12] }
  - { picture: [80, 700], floor: [16, 12] }
`;

describe('where in a picture equipment can be told', () => {
  it('is not said before a worker has announced the model of the camera', async () => {
    expect((await read('hall-west')).body).toMatchObject({ model: null, items: [] });
    expect((await read('nowhere')).body).toMatchObject({ code: 'camera.unknown' });
    expect((await api.send('operator', 'GET', '/cameras/hall-west/readable-places')).status).toBe(
      403,
    );
  });

  it('follows from the calibration and the card of the model that judges now', async () => {
    const announce = (version: string, at: string, leastHeights?: Record<string, number>) => {
      const model = testModel(version, leastHeights ? { leastHeights } : {});
      return announcer.tell(loadedEvent('worker-1', yesterdayAt(at), [model], ['hall-west']));
    };
    await announce('1.0.0', '08:00:00');
    const { body: without } = await read('hall-west');
    expect(without).toMatchObject({ model: { version: '1.0.0' }, calibrated: false, items: [] });
    const path = '/cameras/hall-west/configuration';
    const { body: config } = await api.send<{ version: number }>('admin', 'GET', path);
    const change = { version: config.version, drawing: CALIBRATED };
    expect((await api.send('admin', 'PATCH', path, change)).status).toBe(200);

    await announce('1.1.0', '09:00:00', { helmet: 60, vest: 120 });
    const { body } = await read('hall-west');
    expect(body.model).toEqual({ name: 'ppe', version: '1.1.0' });
    expect(body.items.map(({ item, leastHeight }) => [item, leastHeight])).toEqual([
      ['helmet', 60],
      ['vest', 120],
    ]);
    const [width, height] = body.picture;
    const [helmet, vest] = body.items.map(({ border }) => border!);
    for (const border of [helmet!, vest!]) {
      expect([border[0]![0], border.at(-1)![0]]).toEqual([0, width]);
      for (const [, y] of border) expect(y >= 0 && y <= height).toBe(true);
    }
    // What needs taller people needs them nearer: lower in the picture.
    expect(vest!.every(([, y], i) => y >= helmet![i]![1])).toBe(true);
    expect(vest!.some(([, y], i) => y > helmet![i]![1])).toBe(true);
  });

  it('follows from the detector in place of the one that the camera names', async () => {
    const model = testModel('1.2.0', { name: 'ppe-large', leastHeights: { helmet: 40 } });
    const pose = testModel('1.0.0', { name: 'pose', task: 'pose-estimation', leastHeights: {} });
    await announcer.tell(
      loadedEvent('worker-1', yesterdayAt('10:00:00'), [model, pose], ['hall-west']),
    );
    const { body } = await read('hall-west');
    expect(body).toMatchObject({
      model: { name: 'ppe-large', version: '1.2.0' },
      items: [{ item: 'helmet', leastHeight: 40 }],
    });
  });
});
