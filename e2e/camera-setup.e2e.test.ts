import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fitHomography, project } from '@anshi/contracts/homography';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startOnvifDevice, type TestOnvifDevice } from '../vision/src/testing/onvif-device.ts';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** Cameras are set up in a browser: calibrated, tried before they are saved, and found in the network. */
let world: World;
let browser: Browser;
let admin: ApiClient;
let device: TestOnvifDevice;
/** Filled when the port of the simulator is known. */
const streams: Record<string, string> = {};
const SECRET = 'geheim-4711';
const WRONG = 'falsch-0815';
const clip = resolve('simulator/clips/hall-west.mp4');

beforeAll(async () => {
  device = await startOnvifDevice({ user: 'viewer', password: SECRET, streams });
  const { host, port } = device.probe;
  world = await startWorld([{ id: 'gate' }], {
    env: { vision: { ANSHI_ONVIF_HOSTS: `${host}:${port}` } },
  });
  const login = { username: 'viewer', password: SECRET };
  await world.simulator.mount('north', clip, login);
  streams.main = await rtsp('north');
  streams.sub = await rtsp('north-small');
  admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  browser = await launchBrowser();
  await until('the worker to be there', async () => {
    const { workers } = await admin.get<{ workers: { online: boolean }[] }>('/api/v1/system');
    return workers.some(({ online }) => online);
  });
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
  await device?.close();
});

/** The address of a mount of the simulator. */
async function rtsp(mount: string): Promise<string> {
  const { items } = (await (await fetch(`${world.plant.simulatorControlUrl}/mounts`)).json()) as {
    items: { url: string }[];
  };
  return new URL(`/${mount}`, items[0]!.url).href;
}
const withLogin = (address: string, password: string) =>
  address.replace('rtsp://', `rtsp://viewer:${password}@`);

async function open(path: string, viewport?: { width: number; height: number }) {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, 'admin', world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}
const configurationOf = (id: string) =>
  admin.get<{ version: number; drawing: string; calibration: object[] | null }>(
    `/api/v1/cameras/${id}/configuration`,
  );
const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

it('a camera is calibrated by clicks on plan and picture, with the error shown while points move', async () => {
  const { page, complaints } = await open('/cameras/setup/gate');
  await page.getByText('Calibrate', { exact: true }).click();
  const fit = page.getByTestId('fit');
  await fit.getByText('4 more pairs are needed').waitFor();
  // The picture of a camera that looks north from the southern wall of a hall of 40 m.
  const picture = [
    [440, 200],
    [840, 200],
    [1140, 680],
    [140, 680],
  ] as [number, number][];
  const floor = [
    [10, 30],
    [30, 30],
    [30, 10],
    [10, 10],
  ] as [number, number][];
  const toPicture = fitHomography(floor, picture)!;
  const click = async (side: 'picture' | 'plan', [x, y]: readonly [number, number]) => {
    const area = page.getByTestId(`calibrate-${side}`);
    await area.scrollIntoViewIfNeeded();
    const { width, height } = (await area.boundingBox())!;
    const [w, h] = side === 'picture' ? [1280, 720] : [40, 40];
    const up = side === 'picture' ? y : 40 - y;
    await area.click({ position: { x: (x / w) * width, y: (up / h) * height } });
  };
  const next = page.getByTestId('calibrate-next');
  const pair = async (at: [number, number]) => {
    await click('plan', at);
    await next.getByText('Now click the same place in the picture').waitFor();
    await click('picture', project(toPicture, at)!);
    await next.getByText('begin a pair').waitFor();
  };
  // Three on one line, and a fourth: told, and not saved.
  for (const at of [
    [10, 30],
    [20, 30],
    [30, 30],
    [25, 30],
  ] as [number, number][])
    await pair(at);
  await page.getByTestId('fit-problem').getByText('almost on one line').waitFor();
  expect(await page.getByTestId('save-calibration').isDisabled()).toBe(true);
  await page.getByTestId('clear-pairs').click();
  for (const at of floor) await pair(at);
  await fit.getByText('Four pairs always fit exactly').waitFor();
  await pair([18, 16]);
  await pair([24, 22]);
  await expect.poll(() => fit.getAttribute('data-grade')).toMatch(/good|fair/);
  await page.getByTestId('floor-grid').waitFor({ state: 'attached' });
  const rms = async () => Number.parseFloat((await page.getByTestId('fit-rms').textContent())!);
  const before = await rms();

  // By the keyboard: four metres off, which the fit tells at once and names; one undo for each step.
  const sixth = page.getByTestId('calibrate-plan').locator('[data-pair="6"]');
  await sixth.focus();
  for (let n = 0; n < 8; n++) await page.keyboard.press('Shift+ArrowRight');
  await page.getByTestId('fit-problem').getByText('Pair 6 contradicts the others').waitFor();
  expect(await rms()).toBeGreaterThan(before + 0.3);
  await photographNow(page, 'camera-calibrate-contradiction');
  for (let n = 0; n < 8; n++) await page.keyboard.press('Control+z');
  await expect.poll(rms).toBe(before);
  await sixth.focus();
  await page.keyboard.press('Delete');
  await expect.poll(() => page.getByTestId('pair-row').count()).toBe(5);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.getByTestId('pair-row').count()).toBe(6);
  await photographNow(page, 'camera-calibrate');
  for (const width of [820, 390]) {
    await page.setViewportSize({ width, height: 844 });
    expect(await widthOf(page)).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  await page.getByTestId('save-calibration').click();
  await page.locator('[data-testid=camera-version][data-version="2"]').waitFor();
  expect((await configurationOf('gate')).calibration).toHaveLength(6);
  expect(complaints).toEqual([]);
  await page.goto(`${world.plant.url}/cameras/calibrate/gate`);
  await page.getByTestId('pair-row').nth(5).waitFor();
  await photograph(page, 'camera-calibrate');
});

it('an address is tried by a worker before it is saved, and what is wrong is told apart', async () => {
  const { page } = await open('/cameras/setup');
  await page.getByTestId('add-camera').click();
  const test = page.getByTestId('address-test');
  const outcome = () => test.getAttribute('data-outcome');
  const tryIt = async (address: string, ended: RegExp) => {
    await page.getByTestId('camera-address').fill(address);
    await page.getByTestId('try-address').click();
    await expect.poll(outcome, { timeout: 60_000 }).toMatch(ended);
  };
  await tryIt('rtsp://127.0.0.1:1/x', /^refused$/);
  await tryIt('rtsp://camera.invalid/x', /^name-not-found$/);
  await tryIt(withLogin(streams.main!, WRONG), /^wrong-password$/);
  await test.getByText('Wrong user or password').waitFor();
  await tryIt(withLogin(await rtsp('nowhere'), SECRET), /^no-stream$/);
  await page.getByTestId('camera-address').fill('http://127.0.0.1/x');
  await page.getByTestId('try-address').click();
  await page.getByTestId('address-error').getByText('must start with rtsp://').waitFor();
  await tryIt(withLogin(streams.main!, SECRET), /^(ok|slow)$/);
  await page.getByTestId('test-still').waitFor();
  expect(await test.locator('[data-testid=test-step][data-mark=ok]').count()).toBe(4);
  await photographNow(page, 'camera-try');
  // Another address: what was found of the one before is not shown.
  await page.getByTestId('camera-address').fill('rtsp://192.0.2.1/x');
  await expect.poll(outcome).toBe('');
  for (const part of ['api', 'vision', 'broker'] as const) {
    const log = readFileSync(world.plant.logFile(part), 'utf8');
    for (const secret of [SECRET, WRONG]) expect(log, part).not.toContain(secret);
  }
});

it('a camera of the network is found, signed in to, tried, saved and watched', async () => {
  const phone = { width: 390, height: 844 };
  const { page } = await open('/cameras/setup', phone);
  await page.getByTestId('find-cameras').click();
  await page.getByTestId('find-run').click();
  const found = page.getByTestId('found-device').filter({ hasText: 'Gate north' });
  await found.waitFor({ timeout: 60_000 });
  expect(await found.textContent()).toMatch(/Anshi Optics.*AO-200.*127\.0\.0\.1/s);
  expect(await widthOf(page)).toBeLessThanOrEqual(phone.width);
  await photographNow(page, 'camera-find');
  await found.click();
  await page.getByTestId('device-user').fill('viewer');
  await page.getByTestId('device-password').fill(WRONG);
  await page.getByTestId('read-device').click();
  await page.getByTestId('device-error').getByText('Wrong user or password').waitFor();
  await page.getByTestId('device-password').fill(SECRET);
  await page.getByTestId('read-device').click();
  await page.getByTestId('device-facts').getByText('AO-200').waitFor();
  expect(await page.getByTestId('device-profile').count()).toBe(2);
  await photographNow(page, 'camera-streams');
  await page.getByTestId('take-profile').click();

  const test = page.getByTestId('address-test');
  await expect
    .poll(() => test.getAttribute('data-outcome'), { timeout: 60_000 })
    .toMatch(/ok|slow/);
  expect(await page.getByTestId('camera-id').inputValue()).toBe('gate-north');
  await photographNow(page, 'camera-found');
  await page.getByTestId('save-camera').click();
  await page.getByTestId('camera-facts').getByText('rtsp://viewer:***@127.0.0.1').waitFor();
  await until('its pictures to come', async () => {
    const { items } = await admin.get<{
      items: { id: string; health: { state: string } | null }[];
    }>('/api/v1/cameras');
    return items.find(({ id }) => id === 'gate-north')?.health?.state === 'live';
  });

  // Found again, it is said to be there; a device can be asked by its address as well.
  await page.goto(`${world.plant.url}/cameras/setup`);
  await page.getByTestId('find-cameras').click();
  await page.getByTestId('find-run').click();
  await page.getByText('Configured: ').first().waitFor({ timeout: 60_000 });
  await page.getByTestId('find-address').fill(device.address);
  await page.getByTestId('find-use').click();
  await page.getByTestId('read-device').waitFor();
  for (const part of ['api', 'vision', 'broker'] as const) {
    const log = readFileSync(world.plant.logFile(part), 'utf8');
    for (const secret of [SECRET, WRONG]) expect(log, part).not.toContain(secret);
  }
});
