import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** Snoozes in a browser: asked for by the operator, approved by safety, ended by hand. */
let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld(
    [
      {
        id: 'gate',
        zones: [
          {
            id: 'door',
            polygon: [
              [100, 100],
              [600, 100],
              [600, 600],
            ],
          },
        ],
        rules: [{ id: 'in', kind: 'zone-intrusion', zone: 'door', severity: 'high' }],
      },
    ],
    { parts: ['database', 'broker', 'api'] },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

it('a camera is snoozed with a reason, shown on the wall, approved by a second person, and ended by hand', async () => {
  const { page, complaints } = await open('operator', '/cameras');
  await page.getByRole('link', { name: 'Snoozes' }).click();
  await page.getByText('No alarm is snoozed').waitFor();
  await page.getByTestId('add-snooze').click();
  await page.getByTestId('snooze-camera').selectOption('gate');
  await page.getByTestId('snooze-zone').selectOption('door');
  await page.getByTestId('snooze-high').check();
  await page.getByTestId('snooze-reason').fill('The lens is cleaned');
  await page.getByTestId('save-snooze').click();
  await page.getByTestId('snooze-waiting').waitFor();
  await page.getByTestId('snooze-state').getByText('In force').waitFor();
  await photograph(page, 'snooze');
  expect(await page.getByTestId('approve-snooze').count()).toBe(0);
  await page.goto(`${world.plant.url}/`);
  const mark = page.getByTestId('tile').getByTestId('snooze-mark');
  await mark.waitFor();
  expect(await mark.getAttribute('title')).toMatch(
    /snoozed until .* by Li Zhiban because The lens is cleaned/,
  );

  const safety = await open('safety', '/notices', { width: 390, height: 844 });
  await safety.page.getByText('Alarms of high severity are to rest: gate').first().click();
  await safety.page.getByTestId('approve-snooze').click();
  await safety.page.getByTestId('snooze-waiting').waitFor({ state: 'detached' });
  await safety.page.getByTestId('end-snooze').click();
  await safety.page.getByTestId('snooze-state').getByText('Ended early').waitFor();
  await mark.waitFor({ state: 'detached' });
  expect([...complaints, ...safety.complaints]).toEqual([]);
});
