import type { Browser, Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** A plant is set up in the browser from nothing: a site, its floor plan, an area, a camera. */
let world: World;
let browser: Browser;
let admin: ApiClient;

beforeAll(async () => {
  world = await startWorld(
    { yaml: 'version: 1\nsites: []\ncameras: []\n' },
    { parts: ['database', 'broker', 'api'] },
  );
  admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

/** Signs in; an empty plant has no wall yet. */
async function enter(username = 'admin'): Promise<{ page: Page; complaints: string[] }> {
  const opened = await openPage(browser);
  const { page } = opened;
  await page.goto(world.plant.url);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.reload();
  await page.getByTestId('username').fill(username);
  await page.getByTestId('password').fill(world.plant.demoPassword);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('username').waitFor({ state: 'detached' });
  return opened;
}

/** A hall of 800 x 400 pixels with two columns. */
const drawing = () =>
  sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="800" height="400">
      <rect width="800" height="400" fill="#fff"/>
      <rect x="8" y="8" width="784" height="384" fill="none" stroke="#222" stroke-width="8"/>
      <path d="M400 8V250M400 320V392" stroke="#222" stroke-width="6"/>
      <rect x="190" y="190" width="20" height="20" fill="#444"/>
      <rect x="590" y="190" width="20" height="20" fill="#444"/>
      <rect x="470" y="60" width="180" height="90" fill="#cde" stroke="#456" stroke-width="3"/>
    </svg>`),
  )
    .png()
    .toBuffer();

/** Clicks at a share of the width and height of a surface. */
async function clickAt(surface: Locator, x: number, y: number): Promise<void> {
  const box = await surface.boundingBox();
  if (!box) throw new Error('the surface is not shown');
  await surface.click({ position: { x: box.width * x, y: box.height * y } });
}
const widthOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth);

it('a plant without a site, a floor plan and cameras shows the steps, in their order', async () => {
  const { page, complaints } = await enter('safety.head');
  const first = page.locator('[data-testid=setup-step][data-step=site][data-state=next]');
  for (const path of ['/', '/plan', '/cameras']) {
    await page.goto(`${world.plant.url}${path}`);
    await first.waitFor();
    expect(await page.getByTestId('setup-step').count()).toBe(3);
    await photograph(page, `setup-steps${path.replace('/', '-')}`);
  }
  expect(complaints).toEqual([]);
  // Those who cannot set it up are told whom to ask.
  const other = await enter('safety');
  await other.page.getByText('Ask an administrator to set it up').waitFor();
  expect(await other.page.getByTestId('setup-step').count()).toBe(0);
});

it('an administrator sets an empty plant up: a site, its floor plan, and an area drawn on it', async () => {
  const { page, complaints } = await enter();
  const next = page.getByTestId('setup-step').getByRole('link', { name: 'Start' });
  await next.waitFor();
  await photograph(page, 'setup-steps-home');
  await next.click();
  await page.getByTestId('site-name-zh').fill('常州一厂');
  await page.getByTestId('site-name-en').fill('Changzhou plant 1');
  await expect.poll(() => page.getByTestId('site-id').inputValue()).toBe('changzhou-plant-1');
  // The demonstration has areas and departments at this site.
  await page.getByTestId('site-id').fill('changzhou-1');
  await photographNow(page, 'site-form');
  await page.getByTestId('save-site').click();
  const site = page.getByTestId('site').filter({ hasText: 'Changzhou plant 1' });
  await site.getByTestId('no-plans').waitFor();

  await site.getByTestId('add-plan').click();
  await page.getByTestId('plan-name-zh').fill('装配车间');
  await page.getByTestId('plan-name-en').fill('Assembly hall');
  const file = (name: string, mimeType: string, buffer: Buffer) =>
    page.getByTestId('pick-picture').setInputFiles({ name, mimeType, buffer });
  await file('plan.png', 'image/png', Buffer.from('no picture'));
  await page.getByTestId('picture-error').waitFor();
  await file('plan.png', 'image/png', await drawing());
  await page.getByTestId('picture-ready').waitFor();
  await page.getByTestId('plan-width').fill('50');
  await page.getByTestId('plan-size').getByText('50 × 25 m').waitFor();
  await photographNow(page, 'plan-form-width');
  // The columns are 20 m apart: half of the width.
  await page.getByTestId('by-distance').check();
  const points = page.getByTestId('plan-points-area');
  await clickAt(points, 0.25, 0.5);
  await clickAt(points, 0.75, 0.5);
  await page.getByTestId('plan-distance').fill('20');
  await page
    .getByTestId('plan-size')
    .getByText(/^The plan is (39\.9|40)/)
    .waitFor();
  await photographNow(page, 'plan-form-distance');
  await page.getByTestId('by-width').check();
  await page.getByTestId('plan-width').fill('40');
  await page.getByTestId('plan-size').getByText('40 × 20 m').waitFor();
  await page.getByTestId('save-plan').click();
  await page.getByTestId('plan-form').waitFor({ state: 'detached' });
  await photograph(page, 'plant-sites');
  await page.getByTestId('plan').click();
  const dialog = page.getByTestId('plan-dialog');
  await dialog.getByText('10 m', { exact: true }).waitFor();
  await photographNow(page, 'plan-dialog');
  await page.keyboard.press('Escape');

  await page.goto(`${world.plant.url}/admin/places?tab=areas`);
  await page.getByTestId('add-place').click();
  await page.getByTestId('place-name-zh').fill('装配台');
  await page.getByTestId('place-name-en').fill('Assembly bench');
  await page.getByTestId('area-plan').selectOption('assembly-hall');
  const surface = page.getByTestId('outline-surface-area');
  for (const [x, y] of [
    [0.25, 0.25],
    [0.5, 0.25],
    [0.5, 0.75],
    [0.25, 0.75],
  ] as const) {
    await clickAt(surface, x, y);
  }
  await photographNow(page, 'area-outline');
  await page.getByTestId('save-place').click();
  await page.getByTestId('registry-form').waitFor({ state: 'detached' });
  const { items } = await admin.get<{
    items: { name: { en: string }; floorPlan: string | null; polygon: number[][] | null }[];
  }>('/api/v1/areas?limit=200');
  const drawn = items.find(({ name }) => name.en === 'Assembly bench');
  expect(drawn?.floorPlan).toBe('assembly-hall');
  const corners = [
    [10, 15],
    [20, 15],
    [20, 5],
    [10, 5],
  ];
  for (const [n, [x, y]] of corners.entries()) {
    expect(drawn?.polygon?.[n]?.[0]).toBeCloseTo(x!, 0);
    expect(drawn?.polygon?.[n]?.[1]).toBeCloseTo(y!, 0);
  }
  // The plan page has the plan at once.
  const safety = await enter('safety');
  await safety.page.goto(`${world.plant.url}/plan`);
  await safety.page.locator('svg image').first().waitFor();
  await photograph(safety.page, 'plan-page');

  await page.goto(`${world.plant.url}/admin/plant-sites`);
  await page.getByTestId('plan').click();
  await page.getByTestId('edit-plan').click();
  await page.getByTestId('plan-width').fill('44');
  await page.getByTestId('plan-used').getByText('Assembly bench').waitFor();
  await photographNow(page, 'plan-form-used');
  await page.getByTestId('plan-form').getByRole('button', { name: 'Cancel' }).click();
  await page.getByTestId('remove-plan').click();
  await page.getByTestId('confirm-yes').click();
  const inUse = page.getByTestId('in-use');
  await inUse.getByRole('link', { name: 'Assembly bench' }).waitFor();
  await photographNow(page, 'plan-in-use');
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await widthOf(page)).toBeLessThanOrEqual(390);
  // The refused removal is a 409 in the console.
  expect(complaints.filter((one) => !one.includes('409'))).toEqual([]);
});

it('a camera is added, removed with a word on what ends and what stays, and put back', async () => {
  const { page, complaints } = await enter();
  await page.goto(`${world.plant.url}/cameras/setup?add=camera`);
  await page.getByTestId('camera-name-zh').fill('大门');
  await page.getByTestId('camera-name-en').fill('Gate');
  await page.getByTestId('camera-id').fill('gate');
  await page.getByTestId('camera-address').fill('rtsp://viewer:geheim@192.0.2.10/stream1');
  await expect.poll(() => page.getByTestId('camera-site').inputValue()).toBe('changzhou-1');
  await page.getByTestId('save-camera').click();
  await page.getByTestId('camera-dialog').getByTestId('remove-camera').click();
  const form = page.getByTestId('remove-form');
  await form.getByText('Its addresses and passwords').waitFor();
  await photographNow(page, 'remove-camera');
  await page.getByTestId('confirm-removal').click();
  await page.getByTestId('camera-dialog').waitFor({ state: 'detached' });
  await page.getByTestId('camera-configuration-row').waitFor({ state: 'detached' });
  const given = await admin.get<{ items: object[] }>('/api/v1/cameras');
  expect(given.items).toEqual([]);

  await page.getByTestId('removed-cameras').click();
  await page.locator('[data-testid=removed-camera][data-camera=gate]').waitFor();
  await photographNow(page, 'removed-cameras');
  await page.getByTestId('put-back').click();
  await page.getByTestId('return-address').fill('rtsp://viewer:***@192.0.2.10/stream1');
  await page.getByTestId('save-return').click();
  await page.getByTestId('return-form').getByText('enter the password again').waitFor();
  await page.getByTestId('return-address').fill('rtsp://viewer:geheim@192.0.2.10/stream1');
  await photographNow(page, 'return-camera');
  await page.getByTestId('save-return').click();
  const versions = page.getByTestId('camera-version');
  await expect.poll(() => versions.count()).toBe(3);
  expect(await versions.first().textContent()).toContain('Put back');
  await photographNow(page, 'camera-returned');
  expect(complaints.filter((one) => !one.includes('422'))).toEqual([]);
});
