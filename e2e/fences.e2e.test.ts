import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('an administrator sees where a zone and its area differ, and draws the area from the zone', async () => {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, 'admin', world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}/cameras`);
  const fence = (id: string) => page.locator(`[data-testid=fence][data-fence="${id}"]`);
  await fence('hall-west/robot-cell').waitFor();
  expect(await fence('hall-west/robot-cell').getAttribute('data-state')).toBe('same');
  expect(await fence('aisle/gate').getAttribute('data-state')).toBe('different');
  await fence('aisle/gate').click();
  await page.getByTestId('area-outline').waitFor();
  await page.getByTestId('zone-outline').waitFor();
  expect(await page.getByTestId('area-polygon').textContent()).toMatch(/^polygon: \[\[\d+, \d+\]/);
  await photographNow(page, 'fence');
  await page.getByTestId('to-area').click();
  await page.getByTestId('confirm-yes').click();
  await page.locator('[data-fence="aisle/gate"][data-state=same]').waitFor();
});
