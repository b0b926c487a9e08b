import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { startWorld, type World } from './support/world.ts';

/** Badges of the simulated hall on the board, and their way played again. */
let world: World;
let browser: Browser;
const PHONE = { width: 390, height: 844 };

beforeAll(async () => {
  world = await startWorld(
    { file: resolve(import.meta.dirname, '../cameras.yaml') },
    {
      parts: ['database', 'broker', 'simulator', 'api'],
    },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

async function open(locale: string, path: string, viewport?: typeof PHONE) {
  const { page, complaints } = await openPage(browser, viewport ? { viewport } : {});
  await signIn(page, world.plant.url, 'safety', world.plant.demoPassword);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}

it('[POS-02] [POS-03] the board fills by itself, and the way of a person is played by keyboard', async () => {
  const { page, complaints } = await open('en', '/presence');
  const fitter = page.getByTestId('present-row').filter({ hasText: '吴维修' });
  await fitter.getByText('At the post').waitFor();
  await fitter.getByText('Press line').waitFor();
  await page
    .getByTestId('present-row')
    .filter({ hasText: '陈总' })
    .getByText('Not tracked')
    .waitFor();
  await photograph(page, 'presence');
  await page.getByTestId('count-not-tracked').focus();
  await page.keyboard.press('Enter');
  await fitter.waitFor({ state: 'detached' });
  await page.getByTestId('count-not-tracked').press('Enter');
  await fitter.click();

  await page.getByTestId('way-reason').fill('looking into an injury');
  await page.getByTestId('way-reason').press('Enter');
  await page.getByTestId('stay').filter({ hasText: 'Press line' }).first().waitFor();
  await page.getByTestId('way-mark').waitFor();
  const player = page.getByTestId('way-player');
  const at = async () => Number(await player.getAttribute('data-at'));
  const first = await at();
  await page.getByTestId('way-slider').press('End');
  await expect.poll(at).toBeGreaterThan(first);
  await page.getByTestId('stay').first().press('Enter');
  await expect.poll(at).toBe(first);
  await page.getByTestId('way-play').press('Enter');
  await expect.poll(at).toBeGreaterThan(first);
  await photograph(page, 'way');
  expect(complaints).toEqual([]);

  const phone = await open('zh', '/presence', PHONE);
  await phone.page.getByText('在岗看板').first().waitFor();
  await phone.page.getByTestId('present-row').first().waitFor();
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(PHONE.width);
  await phone.page.goto(`${world.plant.url}/presence/badges`);
  await phone.page.getByTestId('badge-row').filter({ hasText: 'badge-lent-1' }).waitFor();
  expect(phone.complaints).toEqual([]);
});
