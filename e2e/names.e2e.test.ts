import { resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, openDatabase } from '../api/src/platform/db/database.ts';
import { openIncidentSite } from '../api/src/testing/incidents.ts';
import { confirmedAs, handleOn, identifiedAs, oneOf } from '../api/src/testing/named-people.ts';
import { PASSWORD } from '../api/src/testing/prepared-server.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photograph } from './support/photograph.ts';

/* Who a violation was of, as a worker says it, in the queue and on the page of the act. */

let world: Awaited<ReturnType<typeof openIncidentSite>>;
let database: Database;
let browser: Browser;

beforeAll(async () => {
  const dashboardDir = resolve(import.meta.dirname, '../dashboard/build');
  world = await openIncidentSite({ ownServer: true, dashboardDir });
  database = openDatabase(world.api.settings.databaseUrl);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await database?.close();
  await world?.stop();
});

async function open(user: string, locale: string, viewport = { width: 1440, height: 900 }) {
  const { page, complaints } = await openPage(browser, { viewport });
  await signIn(page, world.api.url, user, PASSWORD);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${world.api.url}/incidents`);
  return { page, complaints };
}
const rowOf = (page: Page, id: string) =>
  page.locator(`[data-testid=incident-row][data-id="${id}"]`).getByTestId('row-person');

it('[VIS-09] a name is in the list and on the page once it is certain; who refused has none, who may be one of two has candidates', async () => {
  const start = world.hour();
  const worker = await handleOn(database, 'E006', start);
  const other = await handleOn(database, 'E008', start);
  const first = await world.see(world.west, start, 'a', { identity: oneOf(worker.handle) });
  const second = await world.see(world.west, start + 1_800_000, 'b', {
    identity: oneOf(worker.handle, other.handle),
  });
  const third = await world.see(world.west, start + 2_700_000, 'c', {
    identity: {
      state: 'unbadged',
      handle: null,
      since: null,
      reasons: [{ zh: '没有工牌与此人一致。', en: 'No badge fits this person.' }],
      candidates: [],
    },
  });
  const ids = await Promise.all([first, second, third].map(({ id }) => world.incidentOf(id)));
  const [named, open_, refused] = ids.map(({ id }) => id) as [string, string, string];

  const { page, complaints } = await open('operator', 'en');
  await rowOf(page, named).getByText('Identity open').waitFor();
  await rowOf(page, open_).getByText('Identity open').waitFor();
  await rowOf(page, refused).getByText('No usable badge').waitFor();
  // A later statement is seen without a reload.
  await world.west.deliver(identifiedAs(first, 1, confirmedAs(worker.handle)));
  await rowOf(page, named).getByText('孙小梅').waitFor();

  await page.locator(`[data-testid=incident-row][data-id="${named}"]`).click();
  const identity = page.locator('[data-testid=identity]');
  await page.locator('[data-testid=identity][data-state=confirmed]').waitFor();
  expect(await identity.getByTestId('person').textContent()).toBe('孙小梅');
  await identity.getByText('Confirmed by badge').waitFor();
  await page.getByTestId('facts').getByText('孙小梅').waitFor();
  await photograph(page, 'names-confirmed');

  await page.locator(`[data-testid=incident-row][data-id="${open_}"]`).click();
  await page.locator('[data-testid=identity][data-state=ambiguous]').waitFor();
  expect(await identity.getByTestId('person').count()).toBe(0);
  const candidates = identity.getByTestId('candidate');
  expect(await candidates.count()).toBe(2);
  expect(await candidates.nth(0).textContent()).toMatch(/孙小梅.*60.*Less than a metre away/);
  expect(await candidates.nth(1).textContent()).toContain('郑采购');

  await page.locator(`[data-testid=incident-row][data-id="${refused}"]`).click();
  await page.locator('[data-testid=identity][data-state=unbadged]').waitFor();
  await identity.getByText('No badge fits this person.').waitFor();
  expect(await identity.getByTestId('person').count()).toBe(0);
  expect(await candidates.count()).toBe(0);

  // Who does not review sees an act and no name before a verdict, in Chinese and on a phone, too.
  const manager = await open('manager', 'zh-CN', { width: 390, height: 844 });
  const row = manager.page.locator(`[data-testid=incident-row][data-id="${named}"]`);
  await row.waitFor();
  expect(await row.getByTestId('row-person').count()).toBe(0);
  const act = await world.detailOf(named);
  await world.done(world.post(named, 'verdict', { decision: 'confirm', version: act.version }));
  await manager.page.goto(`${world.api.url}/incidents/${named}`);
  await manager.page.locator('[data-testid=identity][data-state=confirmed]').waitFor();
  expect(await manager.page.getByTestId('person').textContent()).toBe('孙小梅');
  expect(await manager.page.getByTestId('candidate').count()).toBe(0);
  // The floor plans of this site have no drawing.
  const others = [...complaints, ...manager.complaints].filter(
    (one) => !/floor-plans.*image/.test(one),
  );
  expect(others).toEqual([]);
});
