import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Vehicles of the store: one is entered, is too fast, and the keeper deals with it. */
let world: SharedWorld;
let browser: Browser;
const HUB = 'vehicle-hub';
/** A zone of it: the gate. */
const GATE = 'gate';
const TAG = 'e2e-vehicle-1';
const DRIVE_MS = 6_000;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = async (user: string, path: string, size?: { width: number; height: number }) => {
  const opened = await openPage(browser);
  if (size) await opened.page.setViewportSize(size);
  await signIn(opened.page, world.plant.url, user, world.plant.demoPassword);
  await opened.page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await opened.page.goto(`${world.plant.url}${path}`);
  return opened;
};

/** Registers a locating system. @returns how it sends a pass of the gate and a drive along the main aisle, the last fix taken now. */
async function locatingSystem() {
  const admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  await admin.send('POST', '/api/v1/readers', { name: HUB, kind: 'omlox' });
  const place = { source: HUB, floorPlan: 'main-hall', field: null };
  await admin.send('POST', '/api/v1/reader-places', place);
  const field = { centre: [18, 3], radius: 2 };
  const gate = { ...place, source: `${HUB}/${GATE}`, field, isPortal: true };
  await admin.send('POST', '/api/v1/reader-places', gate);
  const { secret } = await admin.send<{ secret: string }>('POST', '/api/v1/devices', {
    kind: 'reader',
    name: HUB,
  });
  return async () => {
    const way = [2, 2, 3.7, 5.3, 7, 8.7, 10.3, 12, 13.7, 15.3, 17, 18.6];
    const from = Date.now() - (way.length - 1) * 500;
    const fixes = way.map((x, i) => ({
      position: { type: 'Point', coordinates: [x, 6] },
      source: HUB,
      provider_type: 'uwb',
      provider_id: TAG,
      crs: 'local',
      accuracy: 0.3,
      timestamp_generated: new Date(from + i * 500).toISOString(),
    }));
    const [first] = fixes;
    fixes.unshift({ ...first!, source: GATE, provider_type: 'rfid', accuracy: 1 });
    const response = await fetch(`${world.plant.url}/api/v1/ingest/omlox/v2/providers/locations`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(fixes),
    });
    expect(await response.json()).toEqual({ taken: fixes.length, skipped: 0 });
  };
}

const rowOf = (page: Page, testid: string, text: string) =>
  page.getByTestId(testid).filter({ hasText: text }).first();

it('[POS-08] the keeper enters a vehicle with its tag, sees that it was too fast, and deals with it', async () => {
  const send = await locatingSystem();
  const { page, complaints } = await open('keeper', '/vehicles');
  await rowOf(page, 'vehicle-row', 'FL-01').waitFor();
  await page.getByTestId('add-vehicle').click();
  await page.getByTestId('vehicle-plate').fill('fl 77');
  await page.getByTestId('vehicle-kind').selectOption('forklift');
  await page.getByTestId('vehicle-department').selectOption('warehouse');
  await page.getByTestId('vehicle-speed').fill('10');
  await photographNow(page, 'vehicles-form');
  await page.getByTestId('save-vehicle').click();
  await page.getByTestId('add-tag').click();
  await page.getByTestId('tag-name').fill('badge-w1');
  await page.getByTestId('save-tag').click();
  await page.getByText('A person wears this tag').first().waitFor();
  await page.getByTestId('tag-name').fill(TAG);
  await page.getByTestId('save-tag').click();
  await page.getByTestId('vehicle-tags').getByText(TAG).waitFor();
  const bound = Date.now();
  await photograph(page, 'vehicles-vehicle');

  await page.goto(`${world.plant.url}/vehicles/events?kind=speed`);
  await page.getByTestId('vehicle-events').waitFor();
  // What was heard before the tag was on the vehicle is not of the vehicle.
  await expect.poll(() => Date.now() - bound, { timeout: 20_000 }).toBeGreaterThan(DRIVE_MS);
  await send();
  const row = rowOf(page, 'vehicle-event-row', 'FL-77');
  await row.filter({ hasText: 'Too fast' }).waitFor();
  await photograph(page, 'vehicles-events');
  await rowOf(page, 'vehicle-event-row', 'FL-77').click();
  await page.getByTestId('vehicle-event-facts').getByText('limit 5').waitFor();
  await page.getByTestId('acknowledge-vehicle').click();
  await page.getByTestId('acknowledge-note').fill('talked to the driver');
  await photographNow(page, 'vehicles-acknowledge');
  await page.getByTestId('save-acknowledge').click();
  await page.getByTestId('vehicle-event-facts').getByText('talked to the driver').waitFor();
  expect(complaints.filter((one) => !one.includes('409'))).toEqual([]);
});

it('[POS-08] safety sees the way of the vehicle, what counts in areas, the gate log, and vehicles on the plan', async () => {
  const { page, complaints } = await open('safety', '/vehicles/events?kind=speed');
  await rowOf(page, 'vehicle-event-row', 'FL-77').click();
  const path = page.getByTestId('vehicle-path');
  const points = async () => Number(await path.getAttribute('data-points'));
  await expect.poll(points, { timeout: 20_000 }).toBeGreaterThan(5);
  await photograph(page, 'vehicles-event');
  await page.goto(`${world.plant.url}/vehicles/areas`);
  await rowOf(page, 'vehicle-area-row', 'Chemical store').click();
  await page.getByTestId('area-speed').fill('3');
  await photographNow(page, 'vehicles-area');
  await page.getByTestId('save-vehicle-area').click();
  await page.getByTestId('vehicle-area-form').waitFor({ state: 'detached' });
  await photograph(page, 'vehicles-areas');
  await page.goto(`${world.plant.url}/vehicles/passes`);
  await rowOf(page, 'vehicle-pass-row', 'FL-77').waitFor();
  await photograph(page, 'vehicles-passes');
  await page.goto(`${world.plant.url}/vehicles`);
  await photograph(page, 'vehicles');
  await page.goto(`${world.plant.url}/plan`);
  await page.getByTestId('plan-vehicle').filter({ hasText: 'FL-77' }).first().waitFor();
  await photograph(page, 'vehicles-plan');
  expect(complaints).toEqual([]);
});
