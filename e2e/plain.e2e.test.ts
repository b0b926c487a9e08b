import type { Browser, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openAs, openPage, signIn } from './support/browser.ts';
import { overflows } from './support/overflows.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { plainFaults } from './support/plain.ts';
import {
  makeAccount,
  type OwnAccount,
  openSharedWorld,
  type SharedWorld,
} from './support/shared-world.ts';

const phone = { width: 390, height: 844 };
const tablet = { width: 820, height: 1180 };
const desktop = { width: 1440, height: 900 };

describe('plain mode', () => {
  let world: SharedWorld;
  let browser: Browser;
  let worker: OwnAccount;

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
    worker = await makeAccount(world, { roles: ['worker'] });
  });
  afterAll(() => browser?.close());

  const isPlain = (page: Page) => page.locator('html[data-plain]');

  /** Faults of pages in both themes and languages, each with its address. */
  async function walk(page: Page, paths: readonly string[], name: string): Promise<string[]> {
    const found: string[] = [];
    for (const [n, path] of paths.entries()) {
      await page.evaluate(
        ([locale, theme]) => {
          localStorage.setItem('anshi.locale', locale as string);
          localStorage.setItem('anshi.theme', theme as string);
        },
        n % 2 ? ['en', 'dark'] : ['zh-CN', 'light'],
      );
      await page.goto(`${world.plant.url}${path}`);
      await page.locator('#content').waitFor({ state: 'attached' });
      await page.waitForFunction(() => document.querySelector('.skeleton') === null);
      await isPlain(page).waitFor();
      found.push(...(await plainFaults(page)).map((fault) => `${path}: ${fault}`));
      const viewport = page.viewportSize() ?? desktop;
      await photograph(page, `plain-${name}-${viewport.width}${path.replaceAll(/[/?=]/g, '-')}`);
      await page.setViewportSize(viewport);
    }
    return found;
  }

  it('[UX-03] is chosen before the sign-in or on one’s own page, and is kept for the account', async () => {
    const { page, complaints } = await openPage(browser, { viewport: phone });
    await page.goto(world.plant.url);
    await page.getByTestId('plain').click();
    await isPlain(page).waitFor();
    expect(await plainFaults(page)).toEqual([]);
    await photographNow(page, 'plain-sign-in');
    await page.setViewportSize(phone);
    await page.getByTestId('plain').click();
    await expect.poll(() => isPlain(page).count()).toBe(0);

    await signIn(page, world.plant.url, worker.username, worker.password, 'worker-home');
    await page.getByTestId('bar-me').click();
    const saved = page.waitForResponse(
      (answer) =>
        answer.url().endsWith('/me/settings/plain') && answer.request().method() === 'PUT',
    );
    await page.getByTestId('plain').focus();
    await page.keyboard.press('Space');
    expect((await saved).status()).toBe(200);
    await isPlain(page).waitFor();
    // Three entries of large words; all others are on the page "me".
    expect(await page.getByTestId('bottom-bar').locator('a').count()).toBe(3);

    const other = await openPage(browser, { viewport: desktop });
    await signIn(other.page, world.plant.url, worker.username, worker.password, 'worker-home');
    await isPlain(other.page).waitFor();
    await other.page.reload({ waitUntil: 'commit' });
    // Before the first paint, so that the page does not jump.
    await other.page.waitForFunction(() => document.body !== null);
    expect(await isPlain(other.page).count()).toBe(1);
    await other.page.getByTestId('account').click();
    await other.page.getByTestId('menu-plain').click();
    await expect.poll(() => isPlain(other.page).count()).toBe(0);
    expect([...complaints, ...other.complaints]).toEqual([]);
    await page.context().close();
    await other.page.context().close();
  });

  /** A page of an account of the demonstration, with plain mode chosen on this device only. */
  async function enter(username: string, viewport: ViewportSize): Promise<Page> {
    const { page } = await openAs(browser, world.plant, username, '/me', viewport);
    await page.evaluate(() => localStorage.setItem('anshi.plain', 'true'));
    return page;
  }

  it('[UX-03] has large text, large buttons and strong contrast on the pages of a worker, on a phone', async () => {
    const page = await enter('worker.press', phone);
    const own = ['/', '/hazards/report', '/tasks', '/notices', '/me', '/hazards', '/outbox'];
    const mine = [
      'areas',
      'work',
      'attendance',
      'qualifications',
      'violations',
      'timeline',
      'data',
    ];
    const paths = [...own, ...mine.map((one) => `/me/${one}`)];
    expect(await walk(page, paths, 'worker')).toEqual([]);
    await page.context().close();
  });

  it.each([desktop, tablet])(
    '[UX-03] has them on the pages of a safety officer at $width pixels',
    async (viewport) => {
      const page = await enter('safety', viewport);
      const paths = ['/', '/incidents', '/hazards', '/tasks', '/notices', '/presence', '/permits'];
      expect(await walk(page, paths, 'officer')).toEqual([]);
      await page.context().close();
    },
  );

  it('[UX-03] loses nothing where the text of the browser is twice as large', async () => {
    const large = await launchBrowser({ textSize: 32 });
    try {
      const { page } = await openAs(large, world.plant, 'safety', '/', {
        width: 1280,
        height: 1024,
      });
      const size = await page.evaluate(() => getComputedStyle(document.documentElement).fontSize);
      expect(size).toBe('32px');
      const faults: string[] = [];
      for (const path of [
        '/',
        '/incidents',
        '/hazards',
        '/presence',
        '/qualifications',
        '/assignments',
        '/me',
      ]) {
        await page.goto(`${world.plant.url}${path}`);
        await page.locator('#content').waitFor({ state: 'attached' });
        await page.waitForFunction(() => document.querySelector('.skeleton') === null);
        faults.push(...(await overflows(page)).map((fault) => `${path}: ${fault}`));
      }
      expect(faults).toEqual([]);
    } finally {
      await large.close();
    }
  });
});
