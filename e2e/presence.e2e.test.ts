import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

interface Condition {
  badge: string;
  kind: string;
  acknowledged: { by: { zh: string } } | null;
}

/** Badges of the simulated hall on the board, and their way played again. */
let world: World;
let browser: Browser;
const PHONE = { width: 390, height: 844 };

beforeAll(async () => {
  world = await startWorld(
    { file: resolve(import.meta.dirname, '../cameras.yaml') },
    {
      parts: ['database', 'broker', 'simulator', 'api'],
    },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

async function open(locale: string, path: string, viewport?: typeof PHONE) {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, 'safety', world.plant.demoPassword);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}

it('[POS-02] [POS-03] the board fills by itself, and the way of a person is played by keyboard', async () => {
  const { page, complaints } = await open('en', '/presence');
  const fitter = page.getByTestId('present-row').filter({ hasText: '吴维修' });
  await fitter.getByText('At the post').waitFor();
  await fitter.getByText('Press line').waitFor();
  await page
    .getByTestId('present-row')
    .filter({ hasText: '陈总' })
    .getByText('Not tracked')
    .waitFor();
  await photograph(page, 'presence');
  await page.getByTestId('count-not-tracked').focus();
  await page.keyboard.press('Enter');
  await fitter.waitFor({ state: 'detached' });
  await page.getByTestId('count-not-tracked').press('Enter');
  await fitter.click();

  await page.getByTestId('way-reason').fill('looking into an injury');
  // A path has one kept position in 30 s, and the first one is just stored.
  const slider = page.getByTestId('way-slider');
  const playable = async () => {
    const answer = page.waitForResponse('**/presence/ways');
    await page.getByTestId('way-reason').press('Enter');
    await (await answer).finished();
    await page.getByTestId('way-mark').waitFor();
    return slider.evaluate(({ min, max }: HTMLInputElement) => Number(max) - Number(min));
  };
  await expect.poll(playable, { interval: 1_000 }).toBeGreaterThan(0);
  await page.getByTestId('stay').filter({ hasText: 'Press line' }).first().waitFor();
  const player = page.getByTestId('way-player');
  const at = async () => Number(await player.getAttribute('data-at'));
  const first = await at();
  await slider.press('End');
  await expect.poll(at).toBeGreaterThan(first);
  await page.getByTestId('stay').first().press('Enter');
  await expect.poll(at).toBe(first);
  await page.getByTestId('way-play').press('Enter');
  await expect.poll(at).toBeGreaterThan(first);
  await photograph(page, 'way');
  expect(complaints).toEqual([]);

  const phone = await open('zh', '/presence', PHONE);
  await phone.page.getByText('在岗看板').first().waitFor();
  await phone.page.getByTestId('present-row').first().waitFor();
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(PHONE.width);
  await phone.page.goto(`${world.plant.url}/presence/badges`);
  await phone.page.getByTestId('badge-row').filter({ hasText: 'badge-lent-1' }).waitFor();
  expect(phone.complaints).toEqual([]);
});

it('[POS-07] a call for help is taken on by a press, and who did it is on record', async () => {
  const { url, demoPassword } = world.plant;
  const admin = await ApiClient.signIn(url, 'admin', demoPassword);
  const name = 'help-phone';
  const device = { kind: 'tracker', name };
  const { secret } = await admin.send<{ secret: string }>('POST', '/api/v1/devices', device);
  const coords = { latitude: 31.81, longitude: 119.97, accuracy: 4 };
  const location = { timestamp: new Date().toISOString(), alarm: 'sos', coords };
  const answer = await fetch(`${url}/api/v1/ingest/gps/traccar`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify({ device_id: name, location }),
  });
  expect(answer.status).toBe(200);
  const call = async () => {
    const path = '/api/v1/locations/conditions?limit=50';
    const { items } = await world.api.get<{ items: Condition[] }>(path);
    return items.find(({ badge, kind }) => badge === name && kind === 'sos');
  };
  await expect.poll(call, { timeout: 30_000 }).toMatchObject({ acknowledged: null });
  const { page, complaints } = await open('en', '/presence/badges');
  const row = page
    .getByTestId('condition')
    .filter({ hasText: name })
    .filter({ hasText: 'Calls for help' });
  await row.getByTestId('acknowledge').click();
  await row.getByTestId('acknowledged').waitFor();
  const by = (await call())?.acknowledged?.by;
  expect(by?.zh).toBe('王安全');
  expect(complaints).toEqual([]);
});
