import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

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

it('[SUP-01] [SUP-03] the buyer renews an expired licence, and the supplier is cleared once safety confirms it', async () => {
  const page = await open('buyer', 'worker-home');
  await page.locator('a[href="/suppliers"]').first().waitFor();
  await page.getByTestId('supplier-row').first().waitFor();
  await photograph(page, 'suppliers');
  await page.getByTestId('filter-expiry').click();
  await page.getByRole('option', { name: 'Expired' }).click();
  const row = page.getByTestId('supplier-row');
  await row.filter({ hasText: '苏安' }).filter({ hasText: 'Not cleared' }).click();
  await page.getByTestId('clearance').getByText('expired on').waitFor();
  await photograph(page, 'supplier');
  const licence = page.getByTestId('qualification').filter({ hasText: 'hazardous chemicals' });
  await licence.getByTestId('renew-qualification').click();
  await page.getByTestId('qualification-number').fill('RENEWED-1');
  await page.getByTestId('qualification-from').fill('2026-01-01');
  await page.getByTestId('qualification-until').fill('2099-12-31');
  await page.getByTestId('save-qualification').click();
  await licence.filter({ hasText: 'RENEWED-1' }).getByText('To be confirmed').waitFor();
  await page.getByTestId('clearance').getByText('waits for confirmation').waitFor();
  expect(await page.getByTestId('confirm-qualification').count()).toBe(0);
  const safety = await open('safety', 'wall');
  await safety.goto(page.url());
  await safety.getByTestId('confirm-qualification').click();
  await safety.getByTestId('clearance').getByText('Cleared to buy').waitFor();
  await safety.getByText('qualification of a supplier RENEWED-1').first().waitFor();
});

it('[SUP-02] safety sets a limit, and the store releases what passed with a reason after a failed test', async () => {
  const safety = await open('safety', 'wall');
  await safety.getByTestId('open-limits').click();
  await safety.getByTestId('add-limit').click();
  await safety.getByTestId('limit-product').fill('Test bolt');
  await safety.getByTestId('limit-item').fill('hardness');
  await safety.getByTestId('limit-unit').fill('HRC');
  await safety.getByTestId('limit-lower').fill('30');
  await safety.getByTestId('save-limit').click();
  await safety.getByTestId('limit').filter({ hasText: 'Test bolt' }).waitFor();
  await photographNow(safety, 'supplier-limits');
  const buyer = await open('buyer', 'worker-home');
  await buyer.getByTestId('supplier-row').filter({ hasText: '恒力' }).first().click();
  await buyer.getByTestId('add-lot').click();
  for (const [field, value] of [
    ['lot-number', 'E-1'],
    ['lot-product', 'Test bolt'],
    ['lot-unit', 'kg'],
    ['lot-day', '2026-11-01'],
  ] as const) {
    await buyer.getByTestId(field).fill(value);
  }
  const measure = async (value: string, save: string) => {
    await buyer.getByTestId('result-item').fill('hardness');
    await buyer.getByTestId('result-value').fill(value);
    // The limits may arrive after the item was entered.
    await expect.poll(() => buyer.getByTestId('result-unit').inputValue()).toBe('HRC');
    await buyer.getByTestId(save).click();
  };
  await measure('20', 'save-lot');
  const lot = buyer.getByTestId('lot').filter({ hasText: 'E-1' });
  await lot.getByText('hardness is 20').waitFor();
  await lot.getByRole('button', { name: 'Add a result' }).click();
  await measure('35', 'save-lot');
  await lot.getByText('measured again').waitFor();
  const keeper = await open('keeper', 'worker-home');
  await keeper.goto(buyer.url());
  const waiting = keeper.getByTestId('lot').filter({ hasText: 'E-1' });
  await waiting.getByTestId('release').click();
  await keeper.getByTestId('confirm-reason').fill('the first sample was wet');
  await keeper.getByTestId('confirm-yes').click();
  await waiting.getByText('Released').waitFor();
  await waiting.getByText('the first sample was wet').waitFor();
  await photographNow(keeper, 'supplier-released');
});

it('[SUP-04] waste is refused before it is sent', async () => {
  const env = await open('env', 'worker-home');
  await env.getByTestId('supplier-row').filter({ hasText: '绿源' }).first().click();
  await env.getByTestId('add-disposal').click();
  await env.getByTestId('disposal-waste').fill('HW31');
  await env.getByTestId('disposal-refused').getByText('HW31').waitFor();
});

it('[SUP-03] an administrator says which qualifications a kind needs', async () => {
  const admin = await open('admin', 'worker-home');
  await admin.goto(`${world.plant.url}/admin/dictionaries?tab=supplier-kind`);
  await admin.getByTestId('word-row').filter({ hasText: 'Parts' }).click();
  const groups = admin.getByTestId('kind-data').locator('fieldset');
  await groups.first().getByRole('checkbox', { name: 'Business licence', checked: true }).waitFor();
  await groups.last().getByText('ISO 45001').click();
  await photographNow(admin, 'supplier-kind');
  await admin.getByTestId('save').click();
  await admin.getByTestId('kind-data').waitFor({ state: 'detached' });
  await admin.getByTestId('word-row').filter({ hasText: 'Parts' }).click();
  await admin.getByRole('group', { name: 'Group 2: one of' }).getByText('ISO 45001').click();
  await admin.getByTestId('save').click();
  await admin.getByTestId('kind-data').waitFor({ state: 'detached' });
});
