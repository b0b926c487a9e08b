import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** Beacons of the demonstration, which the simulator plays, as people use them in a browser. */
let world: World;
let browser: Browser;
const clips = mkdtempSync(join(tmpdir(), 'anshi-no-clips-'));

beforeAll(async () => {
  world = await startWorld(
    { file: resolve(import.meta.dirname, '../cameras.yaml') },
    {
      parts: ['database', 'broker', 'api', 'simulator'],
      // No camera is needed.
      env: { simulator: { ANSHI_SIM_CLIPS: clips } },
    },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
  rmSync(clips, { recursive: true, force: true });
});

async function open(username: string, path: string, viewport?: { width: number; height: number }) {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, username, world.plant.demoPassword, 'wall');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}
const openDevice = async (page: Page, name: string) => {
  await page.getByTestId('site-device-row').filter({ hasText: name }).click();
  await page.getByTestId('site-device-facts').waitFor();
};

it('a beacon is tested on the first day, and its page says what it does and what happened', async () => {
  const { page, complaints } = await open('operator', '/site-devices');
  await page.getByTestId('safety-note').getByText('no safety function').waitFor();
  const row = page.getByTestId('site-device-row').filter({ hasText: 'Beacon of the press line' });
  await row.getByText('Online').waitFor();
  await photograph(page, 'site-devices');
  await openDevice(page, 'Beacon of the press line');
  await page.getByTestId('test-device').click();
  // Without a reload: what the device does, and its answer, then its safe state.
  await page.getByTestId('site-device-facts').getByText('Light flashes').waitFor();
  const recent = page.getByTestId('recent-command').first();
  await recent.getByText('Done').waitFor();
  await page.getByTestId('site-device-facts').getByText('Light off').waitFor();
  await photograph(page, 'site-device');
  await page.getByTestId('recent-command').first().click();
  await page.getByTestId('command-state').getByText('Done').waitFor();
  const steps = page.getByTestId('command-steps');
  for (const text of ['Given', 'Sent to the device', 'The device did it']) {
    await steps.getByText(text, { exact: true }).waitFor();
  }
  await steps.getByText('Light flashes · Sound on').waitFor();
  await photograph(page, 'command');
  expect(complaints).toEqual([]);
});

it('a speaker is tested and sounds for a while, and nothing of a light is offered, on a phone', async () => {
  const { page, complaints } = await open('operator', '/site-devices', { width: 390, height: 844 });
  await openDevice(page, 'Speaker of the robot cell');
  const facts = page.getByTestId('site-device-facts');
  await facts.getByText('Speaker or siren').waitFor();
  await page.getByTestId('test-device').click();
  await facts.getByText('Sound on').waitFor();
  await page.getByTestId('recent-command').first().getByText('Done').waitFor();
  await facts.getByText('Sound off').waitFor();
  expect(await facts.getByText(/Light (off|on|flashes)/).count()).toBe(0);
  await page.getByTestId('signal-device').click();
  await page.getByTestId('signal-seconds').fill('2');
  expect(await page.getByTestId('signal-light').count()).toBe(0);
  await page.getByTestId('command-reason').fill('drill at the cell');
  await page.getByTestId('give-command').click();
  await page
    .getByTestId('recent-command')
    .filter({ hasText: 'Signal · Sound on · 2 s' })
    .getByText('Done')
    .waitFor();
  await page.getByTestId('mute-device').click();
  await page.getByTestId('mute-reason').fill('The cell is being set up');
  expect(await page.getByTestId('mute-light').count()).toBe(0);
  await page.getByTestId('save-mute').click();
  await page.getByTestId('device-mute').getByText('muted: Sound').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await photograph(page, 'speaker');
  expect(complaints).toEqual([]);
});

it('a siren that needs two people is switched on by two, on a phone, and goes off by itself', async () => {
  const phone = { width: 390, height: 844 };
  const operator = await open('operator', '/site-devices', phone);
  await openDevice(operator.page, 'Siren of the main aisle');
  await operator.page.getByTestId('signal-device').click();
  await operator.page.getByTestId('signal-seconds').fill('2');
  await operator.page.getByTestId('command-reason').fill('drill in the aisle');
  await operator.page.getByTestId('give-command').click();
  const recent = operator.page.getByTestId('recent-command').first();
  await recent.getByText('Waits for approval').waitFor();
  await recent.click();
  await operator.page.getByTestId('own-waits').waitFor();
  expect(await operator.page.getByTestId('approve-command').count()).toBe(0);
  const safety = await open('safety', '/commands', phone);
  await safety.page.getByTestId('commands-waiting').getByText('1 waiting').waitFor();
  await safety.page.getByTestId('command-row').filter({ hasText: 'Siren' }).first().click();
  await safety.page.getByTestId('approve-command').click();
  // The page of the one who gave it follows.
  await operator.page.getByTestId('command-state').getByText('Done').waitFor();
  await operator.page.getByTestId('reversed-by').click();
  await operator.page.getByTestId('command-dialog').getByText('Off').first().waitFor();
  await operator.page.getByTestId('command-state').getByText('Done').waitFor();
  expect([...operator.complaints, ...safety.complaints]).toEqual([]);
});

it('the second person refuses with a reason, and maintenance enters a device that was never heard', async () => {
  const operator = await open('operator', '/site-devices');
  await openDevice(operator.page, 'Siren of the main aisle');
  await operator.page.getByTestId('off-device').click();
  await operator.page.getByTestId('command-reason').fill('it is too loud');
  await operator.page.getByTestId('give-command').click();
  await operator.page.getByTestId('recent-command').first().getByText('Waits').waitFor();
  const safety = await open('safety', '/commands?state=awaiting-approval');
  await safety.page.getByTestId('command-row').first().click();
  await safety.page.getByTestId('refuse-command').click();
  await safety.page.getByTestId('confirm-reason').fill('it is not on');
  await safety.page.getByTestId('confirm-yes').click();
  await safety.page.getByTestId('command-steps').getByText('it is not on').waitFor();
  await operator.page.getByTestId('recent-command').first().getByText('Refused').waitFor();

  const { page } = await openPage(browser);
  const { plant } = world;
  await signIn(page, plant.url, 'maintainer', plant.demoPassword, 'worker-home').catch(() => {});
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${plant.url}/site-devices`);
  await page.getByTestId('add-site-device').click();
  await page.getByTestId('site-device-name-zh').fill('西门警灯');
  await page.getByTestId('site-device-name-en').fill('Light of the west gate');
  await page.getByTestId('site-device-device').fill('west-gate');
  await page.getByTestId('site-device-area').selectOption({ index: 1 });
  await page.getByTestId('save-site-device').click();
  await page.getByTestId('site-device-facts').getByText('Never heard').waitFor();
  await page.getByTestId('edit-site-device').click();
  await page.getByTestId('site-device-active').uncheck();
  await page.getByTestId('save-site-device').click();
  await page.getByTestId('site-device-facts').getByText('Out of use').waitFor();
  expect(await page.getByTestId('test-device').count()).toBe(0);
});
