import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

/** Work permits in a browser, as those who work and safety use them. */
let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

it('a permit holds on the first day, and an operator who sees danger suspends it', async () => {
  const { page, complaints } = await open('operator', '/permits');
  await page.getByTestId('permits-active').getByText('1 in force now').waitFor();
  await page.getByTestId('permit').filter({ hasText: '装卸口照明线路检修' }).click();
  await page.getByTestId('permit-in-force').getByText('In force', { exact: true }).waitFor();
  await photograph(page, 'permit');
  await page.getByTestId('action-suspend').click();
  await page.getByTestId('field-reason').locator('input, textarea').fill('A forklift in the way');
  await page.getByTestId('action-submit').click();
  await page.getByTestId('permit-state').getByText('Suspended').waitFor();
  await page.getByTestId('permit-in-force').getByText('Not in force').waitFor();
  expect(complaints).toEqual([]);
});

it('is applied for on a phone and approved from the tasks of another', async () => {
  const phone = await open('maintainer', '/permits', { width: 390, height: 844 });
  const { page } = phone;
  await page.getByTestId('add-permit').click();
  await page.getByTestId('permit-title').fill('Repair the gutter');
  await page.getByTestId('permit-kind').selectOption('work-at-height');
  await page.getByTestId('permit-area').selectOption('press-line');
  await page.getByTestId('permit-description').fill('Harness, ladder secured, a guard below');
  await page.getByTestId('find-person').fill('吴维修');
  await page.getByTestId('offered-person').first().click();
  await page.getByTestId('save-permit').click();
  await page.getByTestId('permit-state').getByText('Draft').waitFor();
  await page.getByTestId('edit-permit').click();
  await page.getByTestId('permit-place').fill('North wall');
  await page.getByTestId('save-permit').click();
  await page.getByText('North wall').waitFor();
  await page.getByTestId('action-apply').click();
  await page.getByTestId('action-submit').click();
  await page.getByTestId('permit-state').getByText('To be approved').waitFor();

  const safety = await open('safety', '/tasks');
  await safety.page.getByTestId('task-row').filter({ hasText: 'Repair the gutter' }).click();
  await safety.page.getByTestId('action-approve').click();
  await safety.page.getByTestId('action-submit').click();
  await safety.page.getByTestId('permit-state').getByText('Approved').waitFor();
  expect([...phone.complaints, ...safety.complaints]).toEqual([]);
});
