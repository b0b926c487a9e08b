import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Readers on the plan: registered, placed, and their badges seen. */
let world: SharedWorld;
let browser: Browser;
let admin: ApiClient;
const PHONE = { width: 390, height: 844 };
const EPC = 'E2801160600002040000AB78';

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
  admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
});
afterAll(async () => {
  await browser?.close();
});

async function open(user: string, locale: string, path: string, viewport?: typeof PHONE) {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, user, world.plant.demoPassword);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}
const device = async (kind: string, name: string): Promise<string> =>
  (await admin.send<{ secret: string }>('POST', '/api/v1/devices', { kind, name })).secret;
const post = (path: string, secret: string, body: object) =>
  fetch(`${world.plant.url}/api/v1/ingest/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
  });
/** A place of the plan on the earth. */
const at = (x: number, y: number) => ({
  latitude: Number((31.81 + y / 110_900).toFixed(7)),
  longitude: Number((119.97 + x / 94_640).toFixed(7)),
});

async function fillPoints(page: Page): Promise<void> {
  const corners = [
    [0, 0],
    [28, 0],
    [0, 16],
  ] as const;
  for (const [i, [x, y]] of corners.entries()) {
    const row = page.getByTestId('reference-point').nth(i);
    for (const [field, value] of Object.entries({ ...at(x, y), x, y })) {
      await row.getByTestId(field).fill(String(value));
    }
  }
}

it('[POS-01] [INT-02] a reader and a GPS are set up by keyboard and mouse, and a badge of each is on the plan', async () => {
  const { page, complaints } = await open('admin', 'en', '/admin/readers');
  await page.getByTestId('registered').getByText('cell-gate').waitFor();
  await page.getByTestId('register-reader').click();
  await page.getByTestId('reader-name').fill('dock-reader');
  await page.getByTestId('reader-kind').selectOption('impinj-http');
  await page.getByTestId('save').click();
  await page.getByTestId('registered').getByText('dock-reader').waitFor();

  await page.getByTestId('add-reader').click();
  await page.getByTestId('source').fill('dock-reader/antenna-1');
  await page.getByTestId('plan').selectOption('main-hall');
  await page.getByTestId('place-plan').click();
  const x = Number(await page.getByTestId('x').inputValue());
  expect(x).toBeGreaterThan(0);
  await page.getByTestId('place-plan').press('Shift+ArrowRight');
  await page.getByTestId('place-plan').press('ArrowUp');
  await expect
    .poll(async () => Number(await page.getByTestId('x').inputValue()))
    .toBeCloseTo(x + 1, 2);
  await page.getByTestId('save').click();
  await page.locator('[data-testid=antenna][data-source="dock-reader/antenna-1"]').waitFor();

  await page.locator('[data-plan=main-hall]').getByTestId('change-reference').click();
  await fillPoints(page);
  await page.getByTestId('reference-point').nth(2).getByTestId('x').fill('14');
  await page.getByTestId('save').click();
  await page.getByTestId('reference-form').getByText('do not fit the plan').first().waitFor();
  await fillPoints(page);
  await page.getByTestId('save').click();
  await page.getByTestId('reference-form').waitFor({ state: 'detached' });

  const reader = await device('reader', 'dock-reader');
  const phone = await device('tracker', 'yard-phone');
  const now = new Date().toISOString();
  const tagInventoryEvent = { epcHex: EPC, antennaPort: 1, lastSeenTime: now };
  const read = [{ eventType: 'tagInventory', tagInventoryEvent }];
  expect((await post('rfid/impinj', reader, read)).status).toBe(200);
  const location = { timestamp: now, coords: { ...at(6, 5), accuracy: 4 } };
  const fix = { device_id: 'yard-phone', location };
  expect((await post('gps/traccar', phone, fix)).status).toBe(200);
  const foreign = [{ ...read[0], hostname: 'cell-gate' }];
  expect((await post('rfid/impinj', reader, foreign)).status).toBe(403);

  const row = page.getByTestId('registered').getByRole('row').filter({ hasText: 'dock-reader' });
  await row.getByText('Sending').waitFor();
  await row.getByText('1 ×').waitFor();
  await photograph(page, 'readers');
  // The browser names the refused request of its own form.
  expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);

  const plan = await open('safety', 'zh', '/plan');
  for (const badge of [EPC, 'yard-phone']) {
    await plan.page.locator(`[data-testid=badge][data-badge="${badge}"]`).waitFor();
  }
  await photograph(plan.page, 'plan-sources');

  const small = await open('admin', 'zh', '/admin/readers', PHONE);
  await small.page.getByTestId('registered').getByText('dock-reader', { exact: true }).waitFor();
  const wide = await small.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(PHONE.width);
  await photograph(small.page, 'readers-phone');
  await admin.send('DELETE', '/api/v1/plan-references/main-hall');
});
