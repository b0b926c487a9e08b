import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(username: string, path: string): Promise<Page> {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, username, world.plant.demoPassword, 'wall');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return page;
}

it('[PER-03] a machine is chosen from the menu: who may work there, who may not, why, and what to do', async () => {
  const page = await open('safety', '/qualifications');
  await page.getByTestId('nav-match').click();
  await page.getByTestId('empty').waitFor();
  await page.getByTestId('match-place').selectOption('machine:welder-1');
  const row = (name: string) => page.getByTestId('match-row').filter({ hasText: name });
  await row('吴维修').getByText('May', { exact: true }).waitFor();
  await row('吴维修').getByTestId('valid-until').waitFor();
  await row('卫装配').getByText('May not', { exact: true }).waitFor();
  await row('卫装配').getByText('The certificate has ended.').waitFor();
  await row('卫装配').getByText('Renew it before the work.').waitFor();
  await page.getByTestId('requirement').getByText('Welding and thermal cutting').waitFor();
  await photograph(page, 'match');
  // In ten years nobody has a certificate that counts.
  await page.getByTestId('match-at').fill('2036-11-28T10:00');
  await row('吴维修').getByText('May not', { exact: true }).waitFor();
  // The address keeps the question.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await row('吴维修').getByText('May not', { exact: true }).waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
});

it('[PER-03] the file of a person says where they may work, and what a machine asks for is changed with permission', async () => {
  const page = await open('safety.head', '/admin/people?q=E011');
  await page.getByTestId('person-row').click();
  const places = page.getByTestId('person-places');
  await places.getByTestId('places-machine').click();
  const welder = places.getByTestId('place-row').filter({ hasText: 'Welder 1' });
  await welder.getByText('The certificate has ended.').waitFor();
  await page.goto(`${world.plant.url}/match?place=machine:lathe-1`);
  await page.getByTestId('edit-requirement').click();
  const form = page.getByTestId('requirement-form');
  await form.getByText('Low-voltage electrical work').click();
  await form.getByLabel('Safety with hazardous chemicals').check();
  await form.getByTestId('save-requirement').click();
  const requirement = page.getByTestId('requirement');
  await requirement.getByText('Low-voltage electrical work').waitFor();
  await requirement.getByText('Safety with hazardous chemicals').waitFor();
  const row = page.getByTestId('match-row').filter({ hasText: '孙小梅' });
  await row.getByText('Has no certificate of this kind.').waitFor();
  await row.getByText('Has not passed the training.').waitFor();
});

it('[PER-11] who does not fit the post is listed with since when, why and what to do', async () => {
  const page = await open('safety', '/match');
  await page.getByRole('link', { name: 'Does not fit the post' }).click();
  const row = page.getByTestId('misfit-row').filter({ hasText: '卫装配' });
  await row.getByText('The certificate has ended.').waitFor();
  await row.getByText('Renew it before the work.').waitFor();
  await photograph(page, 'misfits');
  await page.setViewportSize({ width: 390, height: 844 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  await row.click();
  await page.getByTestId('person-places').waitFor();
});
