import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';

/** Settings of a person on two devices; a browser context is a device. */
let world: SharedWorld;
let browser: Browser;
let account: OwnAccount;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
  account = await makeAccount(world, { roles: ['operator'] });
});
afterAll(() => browser?.close());

const device = async (locale: string) => {
  const opened = await openPage(browser, { locale });
  await opened.page.goto(world.plant.url);
  await opened.page.getByTestId('sign-in').waitFor();
  return opened;
};

it('the first visit has the language of the browser, at the sign-in too', async () => {
  for (const [locale, language, word] of [
    ['en-US', 'en', 'Sign in'],
    ['de-DE', 'en', 'Sign in'],
    ['zh-CN', 'zh-CN', '登录'],
  ] as const) {
    const { page } = await device(locale);
    await page.getByRole('button', { name: word, exact: true }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    await page.context().close();
  }
});

it('what a person chooses on one device is there on the next one', async () => {
  const { url } = world.plant;
  const { page: desk, complaints } = await device('zh-CN');
  await signIn(desk, url, account.username, account.password, 'wall');
  const stored = async () => {
    const { items } = await desk.evaluate(async () => {
      const { token } = JSON.parse(sessionStorage.getItem('anshi.session') ?? '{}');
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch('/api/v1/me/settings', { headers })).json();
    });
    return Object.fromEntries(
      items.map((one: { key: string; value: unknown }) => [one.key, one.value]),
    );
  };
  await desk.getByTestId('language').click();
  await desk.getByTestId('layout').click();
  await desk.getByTestId('layout-9').click();
  await expect.poll(stored).toMatchObject({ language: 'en', wall: { layout: 9, overlays: true } });

  const { page: phone } = await device('zh-CN');
  await signIn(phone, url, account.username, account.password, 'wall');
  await expect.poll(() => phone.evaluate(() => document.documentElement.lang)).toBe('en');
  await expect.poll(() => phone.getByTestId('layout').getAttribute('data-layout')).toBe('9');
  expect(complaints).toEqual([]);
});

it('the columns, the density and the kept filters of a list are there on the next device', async () => {
  const { url } = world.plant;
  const own = await makeAccount(world, { roles: ['purchasing'] });
  const { page: desk, complaints } = await device('en-US');
  await signIn(desk, url, own.username, own.password);
  const answered = () =>
    desk.waitForResponse((one) => one.url().endsWith('/me/settings/lists') && one.ok());
  await desk.goto(`${url}/suppliers`);
  await desk.getByTestId('supplier-row').first().waitFor();
  const titles = async (at: typeof desk) =>
    (await at.getByTestId('supplier').locator('thead th').allTextContents()).map((one) =>
      one.trim(),
    );
  const before = await titles(desk);
  await desk.getByTestId('list-menu').click();
  await desk.getByTestId('list-compact').click();
  await desk.getByTestId('list-column-kind').click();
  await desk.getByTestId('list-keep-filters').click();
  await desk.keyboard.press('Escape');
  const kept = answered();
  await desk.getByTestId('filter-status').click();
  await desk.getByRole('option', { name: 'Approved', exact: true }).click();
  await desk.waitForURL('**/suppliers?status=approved');
  await kept;
  expect(await titles(desk)).toEqual(before.filter((_, n) => n !== 1));
  const stored = async () =>
    desk.evaluate(async () => {
      const { token } = JSON.parse(sessionStorage.getItem('anshi.session') ?? '{}');
      const headers = { authorization: `Bearer ${token}` };
      return (await (await fetch('/api/v1/me/settings/lists', { headers })).json()).value;
    });
  const chosen = { supplier: { compact: true, hidden: ['kind'], filters: '?status=approved' } };
  await expect.poll(stored).toEqual(chosen);

  const { page: laptop } = await device('en-US');
  await signIn(laptop, url, own.username, own.password);
  await expect
    .poll(() => laptop.evaluate(() => JSON.parse(localStorage.getItem('anshi.lists') ?? '{}')))
    .toEqual(chosen);
  await laptop.goto(`${url}/suppliers`);
  await laptop.waitForURL('**/suppliers?status=approved');
  await laptop.getByTestId('kept-filters').waitFor();
  // Not kept any more, the list opens with all rows.
  await laptop.getByTestId('list-menu').click();
  await laptop.getByTestId('list-keep-filters').click();
  await laptop.goto(`${url}/suppliers`);
  await laptop.getByTestId('supplier-row').first().waitFor();
  expect(await titles(laptop)).toEqual(before.filter((_, n) => n !== 1));
  expect(new URL(laptop.url()).search).toBe('');
  expect(await laptop.getByTestId('supplier').getAttribute('data-density')).toBe('compact');
  expect(complaints).toEqual([]);
});
