import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** A worker looks on the phone where they may go, also without a connection. */
let world: SharedWorld;
let browser: Browser;
const phone = { width: 390, height: 844 };

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

it('[POS-10] a worker sees on the phone which areas they may enter and why not, and reads it offline', async () => {
  const { page } = await openPage(browser, { viewport: phone, offlineApp: true });
  await signIn(page, world.plant.url, 'worker.press', world.plant.demoPassword, 'worker-home');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}/me`);
  await page.getByTestId('me-my-areas').click();
  await page.getByTestId('areas-allow').getByTestId('my-area').first().waitFor();
  const cell = page.locator('[data-testid=areas-deny] [data-area=robot-cell]');
  await cell.getByTestId('area-reason').first().waitFor();
  await page.getByTestId('area-map').waitFor();
  await photograph(page, 'my-areas');
  const ids = async () => {
    const rows = page.getByTestId('my-area');
    await rows.first().waitFor();
    return rows.evaluateAll((found) => found.map((row) => row.dataset['area']));
  };
  const online = await ids();

  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
    .toBe(true);
  await page.context().setOffline(true);
  // The app is opened again, without a connection.
  await page.goto(`${world.plant.url}/me/areas`);
  await page.getByTestId('as-of').waitFor();
  expect(await ids()).toEqual(online);
  expect(await cell.getByTestId('area-reason').count()).toBe(0);
  await photograph(page, 'my-areas-offline');

  await page.context().setOffline(false);
  await page.getByTestId('as-of').waitFor({ state: 'detached' });
  await cell.getByTestId('area-reason').first().waitFor();
  const copies = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes('copy')));
  expect((await copies()).filter((key) => key.endsWith('.my-areas'))).toHaveLength(1);
  await page.goto(`${world.plant.url}/me`);
  await page.getByTestId('me-sign-out').click();
  await page.getByTestId('sign-in-form').waitFor();
  expect(await copies()).toEqual([]);
  await page.context().close();
});
