import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { startLlrpReader } from '../gateway/src/testing/llrp-reader.ts';
import { endChild, startChild } from '../tools/bench/bench-gateway.ts';
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

it('[POS-01] [INT-02] a gateway reads with a reader by LLRP, and its badge is on the plan, also after the reader restarts', async () => {
  const name = 'press-reader';
  const fresh = startLlrpReader({ version: 2, clock: -3_600_000 });
  const [reader, folder] = await Promise.all([fresh, mkdtemp(join(tmpdir(), 'anshi-llrp-'))]);
  await admin.send('POST', '/api/v1/readers', { name, kind: 'llrp' });
  await admin.send('POST', '/api/v1/reader-places', {
    source: `${name}/antenna-2`,
    floorPlan: 'main-hall',
    field: { centre: [14, 8], radius: 2 },
  });
  const file = join(folder, 'gateway.yaml');
  const secret = await device('reader', name);
  const readers = [{ reader: name, secret, url: reader.url, antennas: [2] }];
  await writeFile(file, stringify({ version: 1, readers }));
  const bus = new URL(world.plant.mqttUrl);
  bus.username = 'gateway-press-gateway';
  bus.password = await device('gateway', 'press-gateway');
  const gateway = await startChild('gateway/src/main.ts', {
    ANSHI_GATEWAY_ID: 'press-gateway',
    ANSHI_MQTT_URL: bus.href,
    ANSHI_GATEWAY_CONFIG: file,
    ANSHI_GATEWAY_DIR: join(folder, 'gateway'),
  });
  onTestFinished(async () => {
    await endChild(gateway);
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  });
  const badges = ['E2801160600002040000CC01', 'E2801160600002040000CC02'];
  const located = async (badge: string) => {
    const { items } = await world.api.get<{
      items: { provider_id: string; timestamp_generated: string; place: object | null }[];
    }>('/api/v1/locations');
    return items.find(({ provider_id }) => provider_id === badge);
  };
  for (const badge of badges) {
    await expect.poll(() => reader.reading, { timeout: 30_000 }).toBe(true);
    const at = Date.now();
    reader.report([{ epc: badge, antenna: 2, at }]);
    const place = { floorPlan: 'main-hall', position: [14, 8], radius: 2 };
    await expect.poll(() => located(badge), { timeout: 30_000 }).toMatchObject({ place });
    // By our clock, not by that of the reader, which is an hour behind.
    const shown = Date.parse((await located(badge))?.timestamp_generated ?? '');
    expect(Math.abs(shown - at)).toBeLessThan(3_000);
    reader.drop();
  }
  expect([...reader.versions]).toEqual([2]);
  const row = { name, kind: 'llrp', state: 'reading', refused: null };
  expect(await admin.get(`/api/v1/readers?q=${name}`)).toMatchObject({ items: [row] });
});
