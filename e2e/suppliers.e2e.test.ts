import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Set to a folder: pictures of the register and of one supplier. */
const pictures = process.env['ANSHI_SCREENS'];
let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(username: string, landing: 'wall' | 'worker-home'): Promise<Page> {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, username, world.plant.demoPassword, landing);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}/suppliers`);
  return page;
}

async function shoot(page: Page): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const path = new URL(page.url()).pathname;
  for (const [width, height, locale, theme] of [
    [1440, 900, 'zh-CN', 'light'],
    [1440, 900, 'en', 'dark'],
    [390, 844, 'zh-CN', 'dark'],
    [390, 844, 'en', 'light'],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.evaluate(
      ([chosen, look]) => {
        localStorage.setItem('anshi.locale', chosen);
        localStorage.setItem('anshi.theme', look);
      },
      [locale, theme] as const,
    );
    await page.goto(`${world.plant.url}${path}`);
    await page.waitForFunction(() => document.querySelector('.skeleton') === null);
    const name = path === '/suppliers' ? 'suppliers' : 'supplier';
    await page.screenshot({ path: join(pictures, `${name}-${width}-${locale}-${theme}.png`) });
  }
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${world.plant.url}${path}`);
}

it('[SUP-01] [SUP-03] the buyer sees an expired licence, renews it, and the supplier is cleared', async () => {
  const page = await open('buyer', 'worker-home');
  await page.locator('a[href="/suppliers"]').first().waitFor();
  await page.getByTestId('supplier-row').first().waitFor();
  await shoot(page);
  await page.getByTestId('filter-expiry').click();
  await page.getByRole('option', { name: 'Expired' }).click();
  const row = page.getByTestId('supplier-row');
  await row.filter({ hasText: 'Not cleared' }).first().click();
  const clearance = page.getByTestId('clearance');
  await clearance.getByText('expired on').waitFor();
  await shoot(page);
  const licence = page.getByTestId('qualification').filter({ hasText: 'hazardous chemicals' });
  await licence.getByRole('button', { name: 'Edit' }).click();
  await page.getByTestId('qualification-until').fill('2099-12-31');
  await page.getByTestId('save-qualification').click();
  await clearance.getByText('Cleared to buy').waitFor();
  expect(await page.getByTestId('status-approved').count()).toBe(0);
});

it('[SUP-02] the store releases what passed; [SUP-04] waste is refused before it is sent', async () => {
  const keeper = await open('keeper', 'worker-home');
  await keeper.getByTestId('supplier-row').filter({ hasText: '恒力' }).first().click();
  await keeper.getByTestId('release').click();
  await keeper.getByTestId('lot').getByText('Released').waitFor();
  const env = await open('env', 'worker-home');
  await env.getByTestId('supplier-row').filter({ hasText: '绿源' }).first().click();
  await env.getByTestId('add-disposal').click();
  await env.getByTestId('disposal-waste').fill('HW31');
  await env.getByTestId('disposal-refused').getByText('HW31').waitFor();
});
