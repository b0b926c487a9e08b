import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** What falls due, in a browser: on the first day, on a phone, by keyboard, in both languages. */
let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(
  username: string,
  path: string,
  options: BrowserContextOptions = {},
  locale: 'en' | 'zh' = 'en',
) {
  const { page, complaints } = await openPage(browser, options);
  await signIn(page, world.plant.url, username, world.plant.demoPassword);
  await page.evaluate((to) => localStorage.setItem('anshi.locale', to), locale);
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}

it('an overdue maintenance is found by its tab, postponed with a reason, and recorded as done', async () => {
  const { page, complaints } = await open('safety.head', '/');
  await page.getByTestId('nav-obligations').click();
  await page.getByTestId('obligations').waitFor();
  await page.getByTestId('tab-overdue').click();
  // By keyboard alone.
  const row = page.getByTestId('obligation-row').filter({ hasText: '主通道摄像机' });
  await row.waitFor();
  const [calendar] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('export-calendar').click(),
  ]);
  const file = await readFile(await calendar.path(), 'utf8');
  expect(calendar.suggestedFilename()).toBe('obligations.ics');
  expect(file).toContain('BEGIN:VEVENT');
  await photograph(page, 'obligations');
  await row.focus();
  await row.press('Enter');
  const dialog = page.getByTestId('obligation-dialog');
  await dialog.getByTestId('obligation-now').getByText('Overdue').waitFor();
  await dialog.getByTestId('obligation-steps').getByText('Overdue').waitFor();
  await dialog.getByTestId('postpone-obligation').click();
  const until = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  await page.getByTestId('postpone-until').fill(until);
  await page.getByTestId('postpone-reason').fill('The aisle is closed until then');
  await page.getByTestId('save-postponement').click();
  await dialog.getByText('The aisle is closed until then').waitFor();
  await page.getByTestId('tab-30').waitFor({ state: 'attached' });
  const address = new URL(page.url()).pathname;

  const maintenance = await open('maintainer', address);
  const { page: theirs } = maintenance;
  await photograph(theirs, 'obligation');
  await theirs.getByTestId('complete-obligation').click();
  await theirs.getByTestId('completion-note').fill('Lens cleaned, seals and bracket checked');
  await theirs.getByTestId('save-completion').click();
  await theirs.getByTestId('obligation-now').getByText('Done').waitFor();
  await theirs.getByTestId('obligation-periods').getByText('Planned').waitFor();
  // It leads to the device, whose file says so.
  await theirs.getByTestId('open-subject').click();
  await theirs.getByTestId('device-file-dialog').getByText('主通道摄像机').first().waitFor();
  expect([...complaints, ...maintenance.complaints]).toEqual([]);
});

it('a certificate says where it is renewed; the list fits a phone, and has no entry that fits a strange word', async () => {
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const { page, complaints } = await open('safety', '/obligations', phone, 'zh');
  await page.getByText('苏安溶剂贸易有限公司').first().click();
  const dialog = page.getByTestId('obligation-dialog');
  await dialog.getByTestId('obligation-doing').getByText('登记更新后的资质').waitFor();
  expect(await dialog.getByTestId('complete-obligation').count()).toBe(0);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  await photograph(page, 'obligations-phone');
  await page.getByTestId('obligation-search').fill('没有这样的对象');
  await page.getByTestId('empty').waitFor();
  expect(complaints).toEqual([]);
});

it('one who was lent a badge sees that it is due back, and nothing of others', async () => {
  const { page, complaints } = await open('maintainer', '/obligations?kind=badge-return');
  await page.getByTestId('obligation-row').getByText('Badge badge-lent-1').waitFor();
  expect(await page.getByTestId('obligation-row').count()).toBe(1);
  expect(complaints).toEqual([]);
});

it('everyone subscribes by an address of their own, which is shown once and can be withdrawn', async () => {
  const { page, complaints } = await open('maintainer', '/obligations');
  await page.getByTestId('open-feed').click();
  const dialog = page.getByTestId('calendar-feed');
  await dialog.getByTestId('make-feed').click();
  const address = await dialog.getByTestId('secret').textContent();
  const path = new URL(address ?? '').pathname;
  const read = async () => (await fetch(`${world.plant.url}${path}`)).status;
  expect(await read()).toBe(200);
  await photograph(page, 'calendar-feed');
  await page.reload();
  await page.getByTestId('open-feed').click();
  await dialog.getByTestId('feed-state').getByText('last read').waitFor();
  expect(await dialog.getByTestId('secret').count()).toBe(0);
  await dialog.getByTestId('withdraw-feed').click();
  await page.getByTestId('confirm-yes').click();
  await dialog.getByText('You have no address yet').waitFor();
  expect(await read()).toBe(404);
  expect(complaints).toEqual([]);
});
