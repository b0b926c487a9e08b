import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

it('an administrator sees where a zone and its area differ, and draws each from the other', async () => {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, 'admin', world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}/cameras`);
  const fence = (id: string, state: string) =>
    page.locator(`[data-testid=fence][data-fence="${id}"][data-state=${state}]`);
  await fence('hall-west/robot-cell', 'same').waitFor();
  await fence('aisle/gate', 'different').click();
  await page.getByTestId('area-outline').waitFor();
  await page.getByTestId('zone-outline').waitFor();
  await photographNow(page, 'fence');
  const admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  const aisle = () =>
    admin.get<{ version: number; drawing: string }>('/api/v1/cameras/aisle/configuration');
  const before = await aisle();
  await page.getByTestId('to-zone').click();
  await page.getByTestId('confirm-yes').click();
  await fence('aisle/gate', 'same').waitFor();
  const drawn = await aisle();
  expect(drawn.version).toBe(before.version + 1);
  expect(drawn.drawing).not.toBe(before.drawing);
  // Back, and the area from the zone.
  await admin.send('POST', '/api/v1/cameras/aisle/restoration', {
    version: drawn.version,
    restore: before.version,
  });
  expect((await aisle()).drawing).toBe(before.drawing);
  await page.reload();
  await fence('aisle/gate', 'different').click();
  await page.getByTestId('to-area').click();
  await page.getByTestId('confirm-yes').click();
  await fence('aisle/gate', 'same').waitFor();
});
