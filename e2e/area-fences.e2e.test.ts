import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Electronic fences of the demonstration, and a badge that walks into the robot cell. */
let world: SharedWorld;
let browser: Browser;
const HUB = 'fence-hub';
const STEP_MS = 1_000;
/** From the aisle into the cell; metres of the plan. */
const WAY = [4, 6, 8, 10, 11, 11, 11, 11, 11, 11].map((y) => [12, y] as const);

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Registers a locating system. @returns how it sends the way of a badge, the last fix taken now. */
async function locatingSystem() {
  const admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  await admin.send('POST', '/api/v1/readers', { name: HUB, kind: 'omlox' });
  const place = { source: HUB, floorPlan: 'main-hall', field: null };
  await admin.send('POST', '/api/v1/reader-places', place);
  const { secret } = await admin.send<{ secret: string }>('POST', '/api/v1/devices', {
    kind: 'reader',
    name: HUB,
  });
  return async (badge: string) => {
    const from = Date.now() - (WAY.length - 1) * STEP_MS;
    const fixes = WAY.map((coordinates, i) => ({
      position: { type: 'Point', coordinates },
      source: HUB,
      provider_type: 'uwb',
      provider_id: badge,
      crs: 'local',
      accuracy: 0.3,
      timestamp_generated: new Date(from + i * STEP_MS).toISOString(),
    }));
    const response = await fetch(`${world.plant.url}/api/v1/ingest/omlox/v2/providers/locations`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(fixes),
    });
    expect(await response.json()).toEqual({ taken: WAY.length, skipped: 0 });
  };
}

it('[POS-04] [POS-05] safety changes a fence of the first day, and acknowledges an entry without the right after its path', async () => {
  const send = await locatingSystem();
  const { page, complaints } = await openPage(browser);
  await signIn(page, world.plant.url, 'safety', world.plant.demoPassword);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}/area-fences/rules`);
  const fences = page.getByTestId('fence-rule-row');
  await fences.filter({ hasText: 'Fence of the chemical store' }).waitFor();
  await photograph(page, 'fences-rules');
  await fences.filter({ hasText: 'Fence of high-risk machining' }).click();
  await page.getByTestId('edit-fence').click();
  await page.getByTestId('fence-dwell').fill('2');
  await photographNow(page, 'fences-form');
  await page.getByTestId('save-fence').click();
  await page.getByTestId('fence-form').waitFor({ state: 'detached' });
  await page.getByTestId('fence-rule-dialog').getByText('electronic fence').first().waitFor();
  await photograph(page, 'fences-rule');

  await page.goto(`${world.plant.url}/area-fences?area=robot-cell`);
  await page.getByTestId('empty').waitFor();
  await photograph(page, 'fences-empty');
  await send('badge-w1');
  const row = page.getByTestId('fence-event-row').filter({ hasText: '孙小梅' });
  await row.filter({ hasText: 'not qualified' }).waitFor();
  await photograph(page, 'fences-events');
  await row.click();
  const path = page.getByTestId('fence-path');
  await expect.poll(async () => Number(await path.getAttribute('data-points'))).toBe(WAY.length);
  await photograph(page, 'fences-event');
  await page.getByTestId('acknowledge-fence').click();
  await page.getByTestId('acknowledge-note').fill('sent out of the cell');
  await photographNow(page, 'fences-acknowledge');
  await page.getByTestId('save-acknowledge').click();
  await page.getByTestId('fence-facts').getByText('sent out of the cell').waitFor();
  await page.keyboard.press('Escape');
  await row.getByText('Acknowledged').waitFor();
  expect(complaints).toEqual([]);
  // As it was on the first day.
  const { items } = await world.api.get<{
    items: { id: string; areaId: string; version: number }[];
  }>('/api/v1/area-fences');
  const { id, version } = items.find(({ areaId }) => areaId === 'robot-cell') ?? {};
  await world.api.send('PATCH', `/api/v1/area-fences/${id}`, { version, dwellSeconds: 3 });
});
