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
