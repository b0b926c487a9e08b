import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCorrections } from '../api/src/testing/badge-corrections.ts';
import { PASSWORD } from '../api/src/testing/prepared-server.ts';
import { makeUser } from '../api/src/testing/users.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';

/* Who wore a badge is corrected once: looked up, previewed, done, and undone. */

let site: Awaited<ReturnType<typeof openCorrections>>;
let browser: Browser;

beforeAll(async () => {
  const dashboardDir = resolve(import.meta.dirname, '../dashboard/build');
  site = await openCorrections({ ownServer: true, dashboardDir });
  await makeUser(site.database, 'mender', [
    'badge:correct@all',
    'violation:read@all',
    'person:read@all',
    'camera:read@all',
    'live:watch@all',
  ]);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
});

const moved = (page: Page, within: string) =>
  page
    .getByTestId(within)
    .getByTestId('moved-item')
    .evaluateAll((items) =>
      items.map((one) => [
        one.querySelector('a')?.getAttribute('href'),
        one.getAttribute('data-what'),
      ]),
    );

it('[VIS-08] a wrong binding is mended on its page: the preview shows what moves, all moves, and moves back', async () => {
  const { wrong, right, confirmed, pending, binding } = await site.scene();
  const { rows } = await site.sql.query('SELECT employee_no AS no FROM person WHERE id = $1', [
    right.person,
  ]);
  const { page, complaints } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await signIn(page, site.world.api.url, 'mender', PASSWORD);
  await page.evaluate(() => localStorage.setItem('anshi.locale', 'en'));
  await page.goto(`${site.world.api.url}/admin/badge-corrections`);
  const find = page.getByTestId('find-badge');
  await find.fill(binding.badge);
  await find.press('Enter');
  await page.getByTestId('correct-binding').click();
  const form = page.getByTestId('correction-form');
  expect(await form.getByTestId('confirm-correction').isDisabled()).toBe(true);
  await form.getByTestId('find-right').fill(rows[0].no);
  await form.getByTestId('find-right').press('Enter');
  await form.getByTestId('offered-right').first().click();
  await form.getByTestId('preview-correction').click();
  await form.getByTestId('moved-item').first().waitFor();
  const both = [
    [`/violations/${confirmed.id}`, 'moves'],
    [`/violations/${pending.id}`, 'moves'],
  ];
  expect((await moved(page, 'correction-preview')).sort()).toEqual(both.sort());
  await form.getByTestId('correction-reason').fill('Mixed up at the desk');
  await form.getByTestId('confirm-correction').click();
  const made = page.locator('[data-testid=correction][data-undone=false]');
  await made.waitFor();
  for (const { id } of [confirmed, pending]) expect(await site.personOf(id)).toBe(right.person);

  await made.locator('summary').click();
  expect((await moved(page, 'correction')).sort()).toEqual(both.sort());
  await made.getByTestId('undo-correction').click();
  await page.getByTestId('undo-form').getByTestId('moved-item').first().waitFor();
  expect((await moved(page, 'undo-preview')).sort()).toEqual(both.sort());
  await page.getByTestId('undo-reason').fill('Right at first');
  await page.getByTestId('confirm-undo').click();
  await page.locator('[data-testid=correction][data-undone=true]').waitFor();
  for (const { id } of [confirmed, pending]) expect(await site.personOf(id)).toBe(wrong.person);
  expect(complaints).toEqual([]);
});
