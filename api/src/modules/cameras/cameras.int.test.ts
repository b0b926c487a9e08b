import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CameraHealth, topics } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cameraHealth, workerStatus } from '../../testing/camera-health.ts';
import { type CameraSite, openCameraSite } from '../../testing/camera-site.ts';
import { CAMERAS, until } from '../../testing/site.ts';

let world: CameraSite;

// What the database holds is in configuration.int.test.ts.
beforeAll(async () => {
  world = await openCameraSite();
  await writeFile(join(world.site.folder, 'hall.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(world.site.folder, '..', 'outside.svg'), '<svg/>');
});
afterAll(() => world?.stop());

interface Camera {
  id: string;
  name: object;
  health: CameraHealth | null;
}
const cameras = async () =>
  ((await (await world.api.get('/api/v1/cameras', world.user)).json()) as { items: Camera[] })
    .items;

const health = cameraHealth();
const status = workerStatus({
  liveEngine: 'node-datachannel',
  model: { name: 'ppe', version: '1.0.0' },
  outbox: { waiting: 0, rejected: 0 },
});

describe('cameras', () => {
  it('are listed without their addresses and passwords', async () => {
    const answers = await Promise.all(
      ['/api/v1/cameras', '/api/v1/system', '/api/v1/sites'].map(async (path) =>
        (await world.api.get(path, world.user)).text(),
      ),
    );
    expect(answers[0]).toContain('press-area');
    for (const text of answers) expect(text).not.toMatch(/secret-of-the-camera|rtsp:|viewer/);
  });

  it('follow their file; an invalid one keeps the last valid one and reports the errors', async () => {
    const { camerasFile } = world.api.settings;
    await writeFile(camerasFile, CAMERAS.replace('Hall west', 'Hall western end'));
    const named = async (en: string) =>
      (await cameras()).some(({ name }) => JSON.stringify(name).includes(en));
    await until(() => named('Hall western end'), 'the new name');
    expect((await world.system()).camerasFile.problems).toEqual([]);

    await writeFile(camerasFile, CAMERAS.replace('kind: missing-ppe', 'kind: missing-hat'));
    // A partially written file may be read, and is read again.
    const problem = await until(async () => {
      const [first] = (await world.system()).camerasFile.problems;
      return first?.field === 'cameras[0].rules[0].kind' ? first : null;
    }, 'the problem is shown');
    const line = CAMERAS.split('\n').findIndex((text) => text.includes('missing-ppe')) + 1;
    expect(problem.line).toBe(line);
    expect(await named('Hall western end')).toBe(true);

    await writeFile(camerasFile, CAMERAS);
    await until(async () => (await world.system()).camerasFile.problems.length === 0, 'good again');
  });

  it('show the floor plan, and nothing outside the folder of the file', async () => {
    const sites = await (await world.api.get('/api/v1/sites', world.user)).json();
    const [{ floorPlans }] = (sites as { items: [{ floorPlans: { imageUrl: string }[] }] }).items;
    const image = await world.api.get(floorPlans[0]?.imageUrl ?? '', world.user);
    expect(image.headers.get('content-type')).toBe('image/svg+xml');
    expect(await image.text()).toContain('<svg');

    await writeFile(world.api.settings.camerasFile, CAMERAS.replace('hall.svg', '../outside.svg'));
    await until(async () => {
      const answer = await world.api.get('/api/v1/floor-plans/plant-1/hall/image', world.user);
      return answer.status === 404;
    }, 'the file outside is not given');
    await writeFile(world.api.settings.camerasFile, CAMERAS);
  });

  it('show their health, and that it is lost with their worker', async () => {
    expect((await cameras())[0]?.health).toBeNull();
    await world.worker.say(topics.workerStatus('demo', 'worker-1'), status);
    await world.worker.say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), health);
    await until(async () => (await cameras())[0]?.health?.state === 'live', 'live');
    await until(async () => (await world.system()).workers[0]?.at === status.at, 'its status');
    expect((await world.system()).workers).toEqual([status]);
    // A word of the future is from when it was received: it lasts no longer than others.
    const ahead = '2099-01-01T00:00:00.000Z';
    await world.worker.say(topics.cameraHealth('demo', 'worker-1', 'hall-west'), {
      ...health,
      at: ahead,
      analysedFps: 7,
    });
    const clamped = await until(async () => {
      const now = (await cameras())[0]?.health;
      return now?.analysedFps === 7 ? now : null;
    }, 'the word of the future');
    expect(Date.parse(clamped.at)).toBeLessThanOrEqual(Date.now());
    await world.worker.say(topics.workerStatus('demo', 'worker-1'), { ...status, online: false });
    const lost = await until(async () => {
      const now = (await cameras())[0]?.health;
      return now?.state === 'fault' ? now : null;
    }, 'the fault');
    expect(lost.fault?.message).toContain('"worker-1" is offline');
  });
});

describe('operation', () => {
  it('has metrics', async () => {
    const text = await (await world.api.get('/metrics')).text();
    expect(text).toMatch(/anshi_http_request_seconds_count\{.*route="\/api\/v1\/cameras"/);
    expect(text).toContain('anshi_violations{status="pending"} 0');
  });
});
