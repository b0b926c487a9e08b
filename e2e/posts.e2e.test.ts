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

async function open(path: string): Promise<Page> {
  const { page } = await openPage(browser);
  await signIn(page, world.plant.url, 'safety.head', world.plant.demoPassword, 'wall');
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${world.plant.url}${path}`);
  return page;
}

it('[PER-02] a post is entered, a person is hired into it, and its page shows who holds it; each field of the person has its history', async () => {
  const page = await open('/admin/posts');
  await page.getByTestId('post-row').first().waitFor();
  await photograph(page, 'posts');
  await page.getByTestId('add-post').click();
  await page.getByTestId('post-name').fill('Grinder');
  await page.getByTestId('post-code').fill('E2E-1');
  await page.getByTestId('post-kind').selectOption('operator');
  await page.getByTestId('post-department').selectOption('press-shop');
  const form = page.getByTestId('post-form');
  await form.getByLabel('Press line').check();
  await form.getByLabel('CNC lathe 1').check();
  await form.getByLabel('Work in confined spaces').check();
  await page.getByTestId('add-skill').click();
  await page.getByTestId('post-skill').locator('select').first().selectOption('cnc-operation');
  await page.getByTestId('save-post').click();
  const dialog = page.getByTestId('post-dialog');
  await dialog.getByText('0 of at least 1').waitFor();
  await dialog.getByText('CNC lathe 1').waitFor();
  await dialog.getByText('Work in confined spaces').waitFor();
  await page.goto(`${world.plant.url}/admin/people`);
  await page.getByTestId('add-person').click();
  await page.getByTestId('person-no').fill('E2E-P1');
  await page.getByTestId('person-name').fill('Grind Person');
  await page.getByTestId('person-department').selectOption('press-shop');
  await page.getByTestId('choose-post').selectOption({ label: 'Grinder · E2E-1' });
  await page.getByTestId('save-person').click();
  await page.getByTestId('person-row').filter({ hasText: 'Grind Person' }).waitFor();
  // Each field has its history.
  await page.getByTestId('person-row').filter({ hasText: 'Grind Person' }).click();
  await page.getByTestId('edit-person').click();
  await page.getByTestId('person-name').fill('Grind Personne');
  await page.getByTestId('save-person').click();
  await page
    .getByTestId('person-history')
    .getByText('Name: Grind Person → Grind Personne')
    .waitFor();
  await photograph(page, 'person-history');
  await page.goto(`${world.plant.url}/admin/posts?q=E2E-1`);
  await page.getByTestId('post-row').click();
  await dialog.getByTestId('post-holder').filter({ hasText: 'Grind Personne' }).waitFor();
  await photograph(page, 'post');
  await page.goto(`${world.plant.url}/qualifications/matrix`);
  const asked = page.getByTestId('matrix-post').filter({ hasText: 'Grinder' });
  const course = asked.getByTestId('matrix-cell').filter({ hasText: 'Course: Work in confined' });
  await course.getByText('1 lacking').waitFor();
  await page.goto(`${world.plant.url}/admin/posts?q=E2E-1`);
  await page.getByTestId('post-row').click();
  await page.getByTestId('edit-post').click();
  await page.getByTestId('post-active').uncheck();
  await page.getByTestId('save-post').click();
  await page.getByTestId('form-error').getByText('People hold this post').waitFor();
  expect(await page.getByTestId('post-form').isVisible()).toBe(true);
});
