import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** The health of devices in a browser, as maintenance and operators see it on the first day. */
let world: World;
let browser: Browser;

beforeAll(async () => {
  const cameras = ['hall-west', 'hall-east', 'aisle'].map((id) => ({ id }));
  world = await startWorld(cameras, { parts: ['database', 'broker', 'api'] });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

it('[DQ-12] shows the last 24 hours of each device in one view, and leads to outages and hours', async () => {
  const { page, complaints } = await open('maintainer', '/device-health');
  const aisle = page.getByTestId('board-row').filter({ hasText: 'aisle' });
  await aisle.waitFor();
  expect(await aisle.getByTestId('strip').getAttribute('data-cells')).toMatch(/x/);
  await photograph(page, 'device-health');

  await page.getByTestId('tab-outages').click();
  const rows = page.getByTestId('outage-row');
  await rows.nth(2).waitFor();
  await page.getByTestId('filter-fault').click();
  await page.getByRole('option', { name: 'Out of focus' }).click();
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(1);
  await page.getByTestId('tab-hours').click();
  await page.getByTestId('health-hour').first().waitFor();

  await page.getByTestId('tab-board').click();
  await page.getByTestId('board-row').filter({ hasText: 'aisle' }).click();
  await page.getByTestId('device-now').waitFor();
  await page.getByTestId('outage').first().waitFor();
  expect(complaints).toEqual([]);
});

it('says how long an outage must last until people are told, and orders a check on site by phone', async () => {
  const phone = { width: 390, height: 844 };
  const { page, complaints } = await open('maintainer', '/device-health', phone);
  await page.getByTestId('health-setting').click();
  await page.getByTestId('grace').fill('45');
  await page.getByTestId('save').click();
  await page.getByTestId('health-setting-form').waitFor({ state: 'detached' });

  await page.goto(`${world.plant.url}/device-health/camera/hall-east`);
  await page.getByTestId('diagnose').click();
  await page.getByTestId('diagnosis-error').getByText('The worker of the camera is away').waitFor();
  await page.getByTestId('order-check').click();
  await page.getByTestId('check-reason').fill('Out of focus since noon');
  await page.getByTestId('save').click();
  const check = page.getByTestId('device-check').filter({ hasText: 'Out of focus since noon' });
  await check.waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(phone.width);
  await photograph(page, 'device-health-camera');

  await page.goto(`${world.plant.url}/tasks`);
  await page.getByTestId('task-row').filter({ hasText: 'Check on site' }).click();
  await page.getByTestId('action-found').click();
  await page
    .getByTestId('field-found')
    .locator('textarea, input')
    .fill('Lens cleaned and focused.');
  await page.getByTestId('action-submit').click();
  await page.getByText('Lens cleaned and focused.').waitFor();
  // The browser's own line about the worker that is away.
  expect(complaints.filter((line) => !line.includes('503 (Service'))).toEqual([]);
});

it('shows a device that is not there as such, in both languages', async () => {
  const { page } = await open('operator', '/device-health/camera/no-such-camera');
  await page.getByText('There is no such device').waitFor();
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'zh'));
  await page.reload();
  await page.getByText('没有这台设备').waitFor();
});
