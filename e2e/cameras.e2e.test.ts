import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCamerasFile } from '@anshi/contracts';
import type { Browser, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { clipsDir } from './support/clips.ts';
import { photographNow } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** Cameras as people configure them in a browser, with the worker that follows. */
let world: World;
let browser: Browser;
let admin: ApiClient;
const SECRET = 'geheim-4711';

beforeAll(async () => {
  world = await startWorld([
    {
      id: 'gate',
      zones: [
        {
          id: 'door',
          polygon: [
            [100, 100],
            [600, 100],
            [600, 600],
          ],
        },
      ],
      rules: [{ id: 'ppe', kind: 'missing-ppe', zone: 'door', items: ['helmet'] }],
    },
    {
      id: 'yard',
      // Eight metres are 160 pixels far away and 1120 near by.
      calibration: [
        { picture: [560, 200], floor: [16, 2] },
        { picture: [720, 200], floor: [24, 2] },
        { picture: [1200, 700], floor: [24, 32] },
        { picture: [80, 700], floor: [16, 32] },
      ],
      zones: [
        {
          id: 'far',
          polygon: [
            [600, 205],
            [680, 205],
            [680, 215],
            [600, 215],
          ],
        },
        {
          id: 'near',
          polygon: [
            [300, 500],
            [980, 500],
            [980, 690],
            [300, 690],
          ],
        },
      ],
      rules: [{ id: 'ppe', kind: 'missing-ppe', zone: 'near', items: ['helmet'] }],
    },
  ]);
  admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);
const row = (page: Page, id: string) =>
  page.locator(`[data-testid=camera-configuration-row][data-id="${id}"]`);

interface System {
  workers: {
    worker: string;
    cameras: string[];
    configuration: {
      source: string;
      revision: string;
      refused: { camera: string; version: number; reason: string }[];
    } | null;
  }[];
}
const workerSays = async () => (await admin.get<System>('/api/v1/system')).workers[0];
const drawingOf = async (id: string) =>
  (await admin.get<{ drawing: string }>(`/api/v1/cameras/${id}/configuration`)).drawing;

it('an administrator adds a camera, and the worker watches it within seconds', async () => {
  await until('the worker to have its cameras from the API', async () => {
    const said = await workerSays();
    return said?.configuration?.source === 'api' && said.cameras.includes('gate');
  });
  const { page, complaints } = await open('admin', '/cameras');
  await page.getByText('Configure cameras').click();
  await row(page, 'gate').waitFor();
  await page.getByTestId('add-camera').click();
  await page.getByTestId('camera-name-zh').fill('北门');
  await page.getByTestId('camera-name-en').fill('North gate');
  await page.getByTestId('camera-id').fill('north-gate');
  await page.getByTestId('camera-address').fill('http://192.0.2.10/stream');
  await page.getByTestId('save-camera').click();
  await page.getByText('must start with rtsp://').waitFor();
  await page.getByTestId('camera-address').fill(`rtsp://viewer:${SECRET}@192.0.2.10/stream1`);
  await page.getByTestId('save-camera').click();
  const began = Date.now();
  await page
    .getByTestId('camera-facts')
    .getByText('rtsp://viewer:***@192.0.2.10/stream1')
    .waitFor();
  await photographNow(page, 'camera-configuration');
  await until('the worker to watch it', async () =>
    (await workerSays())?.cameras.includes('north-gate'),
  );
  expect(Date.now() - began).toBeLessThan(10_000);
  expect(await page.content()).not.toContain(SECRET);
  // The refused save is a 422, which the browser says.
  expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);
});

it('a change is a version that is read and restored, and another editor is asked first', async () => {
  const before = await drawingOf('gate');
  const { page } = await open('admin', '/cameras/setup/gate');
  await page.getByTestId('edit-drawing').click();
  const text = page.getByTestId('drawing-text');
  await text.fill(before.replace('600, 600', '600, 9000'));
  await page.getByTestId('save-drawing').click();
  await page.getByText(/line \d+, zones\[0\]\.polygon\[2\]: point \[600, 9000\]/).waitFor();
  // Meanwhile another editor changes it: what that did is shown, and one's own is kept on request.
  await admin.send('PATCH', '/api/v1/cameras/gate/configuration', { version: 1, analysisFps: 4 });
  await text.fill(before.replace('600, 600', '600, 500'));
  await page.getByTestId('save-drawing').click();
  await page.getByTestId('conflict').waitFor();
  await page.getByTestId('conflict-keep').click();
  const version = (n: number) => page.locator(`[data-testid=camera-version][data-version="${n}"]`);
  await version(3).getByText('zones[door].polygon').waitFor();
  await version(2).getByText('Analysed frames a second').waitFor();
  await version(1).getByTestId('restore-version').click();
  await photographNow(page, 'camera-restore');
  await page.getByTestId('confirm-yes').click();
  await version(4).getByText('Restored from version 1').waitFor();
  expect(await drawingOf('gate')).toBe(before);
});

it('zones and lines are drawn on the picture, by mouse and by keys, and taken back step by step', async () => {
  const { page } = await open('admin', '/cameras/setup/gate');
  const { version } = await admin.get<{ version: number }>('/api/v1/cameras/gate/configuration');
  await page.getByText('Draw on the picture').click();
  const outline = () => page.locator('[data-zone=door]').getAttribute('points');
  await page.locator('[data-zone=door]').waitFor();
  expect(await outline()).toBe('100,100 600,100 600,600');
  const points = page.locator('[data-testid=shape-point][data-shape=door]');
  const at = await points.nth(2).boundingBox();
  await page.mouse.move(at!.x + at!.width / 2, at!.y + at!.height / 2);
  await page.mouse.down();
  await page.mouse.move(at!.x + 60, at!.y - 30, { steps: 5 });
  await page.mouse.up();
  expect(await outline()).not.toContain('600,600');
  // One drag is one step.
  await page.getByTestId('undo').click();
  expect(await outline()).toBe('100,100 600,100 600,600');
  await points.nth(0).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Enter');
  expect(await outline()).toBe('101,110 351,105 600,100 600,600');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+z');
  await page.getByTestId('add-line').click();
  await page.getByTestId('shape-name-en').fill('Doorstep');
  expect(await page.getByTestId('line-arrow').count()).toBe(2);
  await photographNow(page, 'camera-draw');
  await page.getByTestId('save-shapes').click();
  await page.locator(`[data-testid=camera-version][data-version="${version + 1}"]`).waitFor();
  const drawing = await drawingOf('gate');
  expect(drawing).toContain('[ [ 101, 110 ], [ 351, 105 ], [ 600, 100 ], [ 600, 600 ] ]');
  expect(drawing).toContain('Doorstep');
});

it('the editor hatches where people are too small to tell a helmet', async () => {
  const { page } = await open('admin', '/cameras/draw/yard');
  const card = page.getByTestId('readable');
  await card.locator('[value=helmet]').click();
  await page.getByTestId('too-small').waitFor();
  expect(await card.getByTestId('readable-zones').textContent()).toMatch(
    /far[\s\S]*unknown in about 100%[\s\S]*near[\s\S]*told everywhere/,
  );
  await photographNow(page, 'camera-readable');
  await page.setViewportSize({ width: 390, height: 844 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await card.locator('[value=""]').click();
  await expect.poll(() => page.getByTestId('too-small').count()).toBe(0);
});

it('what the worker refuses is shown with its reason, and its last good one goes on', async () => {
  const { version } = await admin.get<{ version: number }>('/api/v1/cameras/gate/configuration');
  const drawing = `${await drawingOf('gate')}model: no-such-model\n`;
  await admin.send('PATCH', '/api/v1/cameras/gate/configuration', { version, drawing });
  await until('the worker to refuse it', async () => {
    const refused = (await workerSays())?.configuration?.refused ?? [];
    return refused.some(({ camera }) => camera === 'gate');
  });
  expect((await workerSays())?.cameras).toContain('gate');
  const phone = { width: 390, height: 844 };
  const { page } = await open('admin', '/cameras/setup', phone);
  await row(page, 'gate').getByText('Refused').waitFor();
  await row(page, 'gate').click();
  await page.getByTestId('camera-refusal').getByText('no-such-model').waitFor();
  await photographNow(page, 'camera-refused');
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(phone.width);
  await admin.send('POST', '/api/v1/cameras/gate/restoration', {
    version: version + 1,
    restore: 1,
  });
  await until('the worker to take it again', async () => {
    return (await workerSays())?.configuration?.refused.length === 0;
  });
});

it('[DQ-10] a camera gets a second address, and its pictures go on over it where the first network is lost', async () => {
  const clip = join(clipsDir, 'hall-west.mp4');
  await world.simulator.mount('yard', clip);
  await world.simulator.mount('yard-5g', clip);
  const inUse = async () => {
    const { items } = await admin.get<{
      items: { id: string; health: { state: string; address: { inUse: string } | null } | null }[];
    }>('/api/v1/cameras');
    const health = items.find(({ id }) => id === 'yard')?.health;
    return health?.state === 'live' ? (health.address?.inUse ?? 'only') : null;
  };
  await until('pictures of its only address', async () => (await inUse()) === 'only');
  const { page, complaints } = await open('admin', '/cameras/setup/yard');
  await page.getByTestId('edit-camera').click();
  await page.getByTestId('camera-second-address').fill('http://192.0.2.10/stream');
  await page.getByTestId('save-camera').click();
  await page.getByText('must start with rtsp://').waitFor();
  await page.getByTestId('camera-second-address').fill(world.plant.rtspUrl('yard-5g'));
  await page.getByTestId('save-camera').click();
  await page.getByTestId('camera-facts').getByText('yard-5g').waitFor();
  await until('pictures of the first address', async () => (await inUse()) === 'first');

  await world.simulator.unmount('yard');
  await until('pictures of the second address', async () => (await inUse()) === 'second');
  await page.goto(`${world.plant.url}/cameras`);
  const yard = page.locator('[data-testid=camera-row][data-camera=yard]');
  await yard.getByTestId('camera-on-second').waitFor();
  await photographNow(page, 'camera-second-address');
  await page.goto(`${world.plant.url}/device-health/camera/yard`);
  await page.getByTestId('address-in-use').getByText('the second').waitFor();
  await page.getByTestId('device-outage').getByText('First network lost').waitFor();

  await world.simulator.mount('yard', clip);
  await until('pictures of the first address again', async () => (await inUse()) === 'first');
  await page.getByTestId('address-in-use').getByText('the first').waitFor();
  expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);
});

it('the export is a file that a worker reads; who may not configure gets none of it', async () => {
  const text = await (await admin.fetch('/api/v1/cameras/export')).text();
  expect(text).not.toContain(SECRET);
  expect(readCamerasFile(text, 'x.yaml').cameras.map(({ id }) => id)).toEqual([
    'gate',
    'yard',
    'north-gate',
  ]);
  const { page } = await open('operator', '/cameras');
  await page.getByTestId('camera-row').first().waitFor();
  expect(await page.getByText('Configure cameras').count()).toBe(0);
  for (const part of ['api', 'vision', 'broker'] as const) {
    expect(readFileSync(world.plant.logFile(part), 'utf8'), part).not.toContain(SECRET);
  }
});
