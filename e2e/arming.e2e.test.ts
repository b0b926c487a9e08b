import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** What of each zone is armed, as people set it and see it in a browser. */
let world: World;
let browser: Browser;

beforeAll(async () => {
  const yaml = { parts: ['database', 'broker', 'api'] as ('database' | 'broker' | 'api')[] };
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
        rules: [{ id: 'in', kind: 'zone-intrusion', zone: 'door' }],
      },
    ],
    yaml,
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

it('a zone is disarmed by a work permit, previewed in the editor, and armed again where the permit is suspended', async () => {
  const { page, complaints } = await open('admin', '/cameras/draw/gate');
  await page.getByTestId('shape-row').filter({ hasText: 'door' }).click();
  await page.getByTestId('armed-by').selectOption('permit');
  // The demonstration has a permit for the loading gate.
  await page.getByTestId('armed-area').selectOption('loading-gate');
  await page.getByTestId('armed-preview').getByText('Disarmed').waitFor();
  await photograph(page, 'armed-form');
  await page.getByTestId('save-shapes').click();
  await page.waitForURL(/\/cameras\/setup\/gate/);

  const operator = await open('operator', '/cameras', { width: 390, height: 844 });
  await operator.page.getByRole('link', { name: 'Arming' }).click();
  const state = operator.page.getByTestId('arming-state');
  await state.getByText('Disarmed').waitFor();
  await operator.page.getByText('A permit holds（装卸口照明线路检修').waitFor();
  await photograph(operator.page, 'arming');

  const api = await ApiClient.signIn(world.plant.url, 'safety', world.plant.demoPassword);
  const { items } = await api.get<{ items: { id: string; version: number }[] }>('/api/v1/permits');
  const [permit] = items;
  await api.send('POST', `/api/v1/permits/${permit?.id}/actions`, {
    transition: 'suspend',
    version: permit?.version,
    fields: { reason: 'Danger' },
  });
  await state.getByText('Armed', { exact: true }).waitFor();
  await operator.page.getByText('The permit was suspended').waitFor();
  expect([...complaints, ...operator.complaints]).toEqual([]);
});
