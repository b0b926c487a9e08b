import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** A worker clocks in on the phone without a connection; the head sees it and decides a correction. */
describe('attendance', () => {
  let world: SharedWorld;
  let browser: Browser;
  const phone = { width: 390, height: 844 };

  beforeAll(async () => {
    world = await openSharedWorld();
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  async function enter(user: string, viewport = { width: 1440, height: 900 }): Promise<Page> {
    const { page } = await openPage(browser, { viewport, offlineApp: viewport === phone });
    await signIn(page, world.plant.url, user, world.plant.demoPassword);
    await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
    return page;
  }
  const go = (page: Page, path: string) => page.goto(`${world.plant.url}${path}`);

  it('[ATT-03] [UX-02] [UX-12] a worker clocks in by one tap on the home, offline too, and it counts once', async () => {
    const page = await enter('worker.press', phone);
    await go(page, '/');
    // What the frontline needs is on the home.
    for (const id of ['clock-press', 'shortcut-my-areas', 'home-report']) {
      await page.getByTestId(id).waitFor();
    }
    await photograph(page, 'attendance-home');
    await page.setViewportSize(phone);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect
      .poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null))
      .toBe(true);
    await page.context().setOffline(true);
    await go(page, '/');
    // One tap.
    await page.locator('[data-testid=clock-press][data-direction=in]').click();
    await page.getByTestId('clock-done').waitFor();
    await page.getByTestId('home-outbox').waitFor();
    // The button rests: a second press is not possible.
    expect(await page.getByTestId('clock-press').count()).toBe(0);
    await photographNow(page, 'attendance-offline');
    await page.setViewportSize(phone);
    await page.context().setOffline(false);
    await page.getByTestId('home-outbox').waitFor({ state: 'detached' });
    await page.getByTestId('home-attendance').click();
    const own = page.locator('[data-testid=my-attendance]');
    await own.locator('[data-testid=clock][data-present=true]').waitFor();
    await page.getByTestId('attendance-day').first().locator('summary').click();
    const today = page.getByTestId('attendance-day').first().getByTestId('clock-event');
    await today.first().waitFor();
    const sources = await today.evaluateAll((rows) => rows.map((row) => row.dataset['source']));
    expect(sources).toEqual(['app']);
    await photograph(page, 'my-attendance');
    await page.context().close();
  });

  it('[ATT-03] the head sees who is in, with both ways, and decides a request', async () => {
    const page = await enter('head.press');
    await go(page, '/attendance');
    const worker = page.getByTestId('attendance-row-row').filter({ hasText: 'E006' });
    await worker.waitFor();
    expect(await worker.textContent()).toContain('In');
    await page.getByTestId('count-in').click();
    await worker.waitFor();
    const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
    await go(page, `/attendance?day=${day}`);
    await worker.click();
    const events = page.getByTestId('person-day').getByTestId('clock-event');
    await events.first().waitFor();
    const sources = await events.evaluateAll((rows) => rows.map((row) => row.dataset['source']));
    expect(new Set(sources)).toEqual(new Set(['app', 'position']));
    await photographNow(page, 'attendance-person');
    await go(page, `/attendance?day=${day}`);
    await worker.waitFor();
    await photograph(page, 'attendance');
    await go(page, '/attendance/corrections');
    await page.getByTestId('correction-row').first().click();
    await page.getByTestId('approve-correction').click();
    await page.getByTestId('correction-state').filter({ hasText: 'Approved' }).waitFor();
    await photograph(page, 'attendance-correction');
    await page.context().close();
  });

  it('[INT-20] clock-in lists are offered by the import page, and the way of clocking in is set per site', async () => {
    const page = await enter('safety.head');
    await go(page, '/attendance');
    await page.getByTestId('attendance-row-row').first().waitFor();
    await page.getByRole('link', { name: 'Import lists' }).click();
    await page.getByTestId('import-choose').waitFor();
    await page.getByTestId('import-kind').selectOption({ label: 'Clock-in lists' });
    await go(page, '/attendance/settings');
    await page.getByTestId('edit-setting').first().click();
    await page.getByTestId('setting-form').waitFor();
    await photographNow(page, 'attendance-setting');
    await go(page, '/attendance/settings');
    await page.getByTestId('edit-setting').first().waitFor();
    await photograph(page, 'attendance-settings');
    await page.context().close();
  });
});
