import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { photo } from './support/picture.ts';
import { openSharedWorld, type SharedWorld } from './support/shared-world.ts';

let world: SharedWorld;
let browser: Browser;

beforeAll(async () => {
  world = await openSharedWorld();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(
  username: string,
  landing: 'wall' | 'worker-home',
  path: string,
): Promise<Page> {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, username, world.plant.demoPassword, landing);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return page;
}

it('a worker sends a certificate from the phone, and it counts once safety accepted it', async () => {
  const phone = await open('worker.press', 'worker-home', '/me/qualifications');
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.getByTestId('qualification-item').first().waitFor();
  await phone.getByTestId('send-qualification').click();
  await phone.getByTestId('qualification-category').selectOption('height');
  await phone.getByTestId('qualification-number').fill('E2E-HEIGHT');
  await phone.getByTestId('qualification-issued').fill('2025-03-01');
  await phone.getByTestId('qualification-from').fill('2025-03-01');
  const file = { name: 'scan.jpg', mimeType: 'image/jpeg', buffer: await photo(67) };
  await phone.getByTestId('pick-attachment').setInputFiles(file);
  await phone.getByTestId('attachment').filter({ hasText: 'scan.jpg' }).waitFor();
  await phone.getByTestId('save-qualification').click();
  const mine = phone.getByTestId('qualification-item').filter({ hasText: 'E2E-HEIGHT' });
  await mine.getByText('To be checked').waitFor();
  await photograph(phone, 'my-qualifications');
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);

  const safety = await open('safety', 'wall', '/qualifications');
  await safety.getByTestId('show-waiting').click();
  await safety.getByTestId('qualification-row').filter({ hasText: 'E2E-HEIGHT' }).click();
  await safety.getByTestId('qualification-dialog').getByText('scan.jpg').waitFor();
  await safety.getByTestId('accept').click();
  await safety.getByTestId('qualification-dialog').getByText('Valid', { exact: true }).waitFor();
  await photograph(safety, 'qualification');
  await safety.getByTestId('suspend').click();
  await safety.getByTestId('step-reason').fill('the scan does not fit the number');
  await safety.getByTestId('save-step').click();
  await safety
    .getByTestId('qualification-dialog')
    .getByText('Suspended', { exact: true })
    .waitFor();
  await phone.reload();
  await mine.getByText('Suspended').waitFor();
});

it('the matrix shows who of a post lacks what, and the file of a person its qualifications', async () => {
  const page = await open('safety', 'wall', '/qualifications/matrix');
  const post = page.getByTestId('matrix-post').filter({ hasText: '装配工' });
  await post.getByText('lacking').first().waitFor();
  await post.getByRole('button').click();
  await post.getByTestId('gap-person').filter({ hasText: '卫装配' }).getByText('Expired').waitFor();
  await photograph(page, 'qualification-matrix');
  await page.goto(`${world.plant.url}/admin/people?q=E007`);
  await page.getByTestId('person-row').click();
  await page.getByTestId('person-qualifications').getByText('Welding').first().waitFor();
});
