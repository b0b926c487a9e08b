import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Obligations that people add by hand, in a browser: by keyboard, on a phone, in both languages. */
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
const row = (page: Page, text: string) =>
  page.getByTestId('obligation-row').filter({ hasText: text });
const first = () => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
    .toISOString()
    .slice(0, 10);
};

it('one is added by hand, recorded by who has to see to it, confirmed by a second person, and the next opens', async () => {
  const head = await open('safety.head', '/obligations?kind=own-obligation');
  const { page } = head;
  // On the first day the demonstration has two.
  await row(page, 'Monthly check of the fire extinguishers').waitFor();
  await row(page, 'Lubrication of the press').waitFor();
  const add = page.getByTestId('add-own');
  await add.focus();
  await add.press('Enter');
  const form = page.getByTestId('own-form');
  await form.getByTestId('own-title-en').fill('Eye washes are flushed');
  await form.getByTestId('own-starts-on').fill(first());
  await form.getByTestId('own-lead').fill('40');
  await form.getByTestId('own-responsible-by').selectOption('role');
  await form.getByTestId('own-role').selectOption('safety-officer');
  await form.getByText('A second person confirms it').click();
  await form.getByTestId('own-starts-on').press('Enter');
  await form.waitFor({ state: 'detached' });
  await row(page, 'Eye washes are flushed').click();
  const dialog = page.getByTestId('obligation-dialog');
  await dialog.getByTestId('own-obligation').getByText('At a fixed interval').waitFor();
  const address = new URL(page.url()).pathname;

  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const officer = await open('safety', address, phone, 'zh');
  await officer.page.getByTestId('complete-obligation').click();
  await officer.page.getByTestId('completion-note').fill('三处洗眼器已冲洗三分钟');
  await officer.page.getByTestId('save-completion').click();
  const waiting = officer.page.getByTestId('own-waiting');
  await waiting.getByText('三处洗眼器已冲洗三分钟').waitFor();
  await waiting.getByText('登记的人不能自己确认').waitFor();
  expect(await officer.page.getByTestId('own-confirm').count()).toBe(0);
  const wide = await officer.page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);

  await page.reload();
  await dialog.getByTestId('own-confirm').click();
  await dialog.getByTestId('obligation-now').getByText('Done').waitFor();
  await dialog.getByTestId('own-waiting').waitFor({ state: 'detached' });
  await dialog
    .getByTestId('obligation-periods')
    .getByText('Planned')
    .or(dialog.getByTestId('obligation-periods').getByText('Upcoming'))
    .first()
    .waitFor();
  await photograph(page, 'own-obligation', 'own-obligation');
  expect([...head.complaints, ...officer.complaints]).toEqual([]);
});

it('one is changed and ended with a reason; who may only read adds none', async () => {
  const { page, complaints } = await open('safety.head', '/obligations');
  await page.getByTestId('add-own').click();
  const form = page.getByTestId('own-form');
  await form.getByTestId('own-title-en').fill('Oil of the hall crane');
  await form.getByTestId('own-due-by').selectOption('meter');
  await form.getByTestId('own-subject').selectOption('press-2');
  await form.getByTestId('own-every-hours').fill('500');
  await form.getByTestId('save-own').click();
  await form.waitFor({ state: 'detached' });
  await page.getByTestId('obligation-search').fill('Oil of the hall');
  await row(page, 'Oil of the hall crane').click();
  const dialog = page.getByTestId('obligation-dialog');
  await dialog.getByTestId('edit-own').click();
  await form.getByTestId('own-title-en').fill('Oil of press 2');
  await form.getByTestId('save-own').click();
  await form.waitFor({ state: 'detached' });
  await page.getByRole('heading', { name: 'Oil of press 2' }).waitFor();
  await dialog.getByTestId('end-own').click();
  await page.getByTestId('confirm-reason').fill('The press is sold');
  await page.getByTestId('confirm-yes').click();
  await dialog.getByTestId('obligation-now').getByText('Closed').waitFor();
  await dialog.getByTestId('own-obligation').getByText('The press is sold').first().waitFor();
  expect(await dialog.getByTestId('edit-own').count()).toBe(0);

  await page.goto(`${world.plant.url}/obligations`);
  await page.getByTestId('add-own').click();
  await form.getByTestId('own-title-en').fill('A fire watch stands by');
  await form.getByTestId('own-due-by').selectOption('condition');
  await form.getByTestId('own-condition').selectOption('permit');
  await form.getByTestId('own-subject-kind').selectOption('area');
  await form.getByTestId('own-subject').selectOption({ index: 1 });
  await form.getByTestId('save-own').click();
  await form.waitFor({ state: 'detached' });
  await page.getByTestId('obligation-search').fill('A fire watch');
  await row(page, 'A fire watch stands by').click();
  await dialog
    .getByTestId('own-obligation')
    .getByText('A permit for special work is active')
    .waitFor();
  await photograph(page, 'own-obligation-condition');

  const worker = await open('worker.press', '/obligations');
  await worker.page.getByTestId('obligations').waitFor();
  expect(await worker.page.getByTestId('add-own').count()).toBe(0);
  expect([...complaints, ...worker.complaints]).toEqual([]);
});
