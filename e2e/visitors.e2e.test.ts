import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph, photographNow } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** A visitor from the announcement by an employee to the leaving at the reception. */
let world: SharedWorld;
let browser: Browser;
const VISITOR = 'Maria Keller';

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = async (user: string, path: string) => {
  const opened = await openPage(browser);
  await signIn(opened.page, world.plant.url, user, world.plant.demoPassword);
  await opened.page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await opened.page.goto(`${world.plant.url}${path}`);
  return opened;
};

it('[PER-10] an employee announces a visitor; the reception lets her in by name, badge and induction, and out again', async () => {
  const employee = await open('worker.press', '/visits');
  await employee.page.getByTestId('announce').click();
  await employee.page.getByTestId('visitor-name').fill(VISITOR);
  await employee.page.getByTestId('visitor-company').fill('Keller Pumpen AG');
  await employee.page.getByTestId('visit-purpose').fill('Looks at the cooling pump');
  await photographNow(employee.page, 'visits-announce');
  await employee.page.getByTestId('save-visit').click();
  await employee.page.getByTestId('visit-row').filter({ hasText: VISITOR }).first().waitFor();
  expect(await employee.page.getByTestId('row-arrive').count()).toBe(0);
  expect(employee.complaints).toEqual([]);

  const desk = await open('operator', '/visits');
  const { page } = desk;
  await page.getByTestId('visit-search').fill('Keller');
  const row = page.getByTestId('visit-row').filter({ hasText: VISITOR }).first();
  await row.waitFor();
  await row.getByTestId('row-arrive').click();
  await page.getByTestId('induction-text').waitFor();
  await expect.poll(() => page.getByTestId('arrival-badge').inputValue()).toMatch(/^visitor-/);
  await photographNow(page, 'visits-arrival');
  await page.getByTestId('signed-name').fill('Karl Weber');
  await page.getByTestId('save-arrival').click();
  await page.getByText(`Sign as "${VISITOR}"`).first().waitFor();
  await page.getByTestId('signed-name').fill(VISITOR);
  await page.getByTestId('save-arrival').click();
  await row.getByTestId('visit-state').filter({ hasText: 'On site' }).waitFor();
  await photograph(page, 'visits');

  await page.goto(`${world.plant.url}/visits/on-site`);
  await page.getByTestId('on-site-row').filter({ hasText: VISITOR }).waitFor();
  await photograph(page, 'visits-on-site');
  await page.getByTestId('on-site-row').filter({ hasText: VISITOR }).click();
  await page.getByTestId('visit-facts').waitFor();
  await photograph(page, 'visits-visit');
  await page.getByTestId('leave-site').click();
  await page.getByTestId('save-leaving').click();
  await page.getByTestId('visit-dialog-state').filter({ hasText: 'Left' }).waitFor();
  expect(desk.complaints.filter((one) => !one.includes('422'))).toEqual([]);
});

it('safety keeps the watch list, the induction and the badges', async () => {
  const { page, complaints } = await open('safety', '/visits/watch-list');
  await page.getByTestId('add-watch').click();
  await page.getByTestId('watch-name').fill('Nils Berg');
  await page.getByTestId('watch-reason').fill('Broke the barrier of the loading gate.');
  await page.getByTestId('save-watch').click();
  await page.getByTestId('watch-row').filter({ hasText: 'Nils Berg' }).waitFor();
  await photograph(page, 'visits-watch-list');
  await page.goto(`${world.plant.url}/visits/set-up`);
  await page.getByTestId('induction-row').first().waitFor();
  await page.getByTestId('pool-badge').first().waitFor();
  await photograph(page, 'visits-set-up');
  expect(complaints).toEqual([]);
});
