import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { photographNow } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** A draft that is tested before it is saved, and why something was recorded: a real worker and a browser. */
let world: World;
let browser: Browser;
const PHONE = { width: 390, height: 844 };

beforeAll(async () => {
  world = await startWorld([
    {
      id: 'hall-west',
      zones: [
        {
          id: 'floor',
          polygon: [
            [0, 0],
            [1280, 0],
            [1280, 720],
            [0, 720],
          ],
        },
        {
          id: 'nook',
          polygon: [
            [1200, 0],
            [1279, 0],
            [1279, 60],
          ],
        },
        {
          id: 'area',
          polygon: [
            [204, 720],
            [983, 720],
            [1191, 387],
            [846, 308],
            [148, 654],
          ],
        },
      ],
      rules: [
        { id: 'on-floor', kind: 'zone-intrusion', zone: 'floor' },
        { id: 'in-nook', kind: 'zone-intrusion', zone: 'nook' },
        // One worker stays in the area for 11 s in each round of the clip, the others for 3 to 7.
        { id: 'stays', kind: 'loitering', zone: 'area', confirmSeconds: 14 },
      ],
    },
  ]);
  browser = await launchBrowser();
  // A test leaves out the last 5 s.
  await until('a violation of a while ago', async () =>
    (await world.api.violations()).some(
      ({ confirmedAt }) => Date.now() - Date.parse(confirmedAt) > 6_000,
    ),
  );
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

async function open(path: string, { locale = 'en', viewport = { width: 1440, height: 900 } } = {}) {
  const { page, complaints } = await openPage(browser, { viewport });
  page.setDefaultTimeout(120_000);
  await signIn(page, world.plant.url, 'safety.head', world.plant.demoPassword);
  await page.evaluate((chosen) => localStorage.setItem('anshi.locale', chosen), locale);
  await page.goto(`${world.plant.url}${path}`);
  return { page, complaints };
}
const countOf = async (list: Locator): Promise<number> =>
  Number(await list.getAttribute('data-count'));

/** Tests the draft as it is drawn; what only it finds, what it does not find, and what both find. */
async function test(page: Page): Promise<{ more: number; fewer: number; both: number }> {
  await page.getByTestId('start-test').click();
  await page.getByTestId('test-result').waitFor();
  const [more, fewer, both] = await Promise.all(
    ['more', 'fewer', 'both'].map((side) => countOf(page.getByTestId(`test-${side}`))),
  );
  return { more: more!, fewer: fewer!, both: both! };
}
/** Moves a point of a shape to a place of the picture, by mouse. */
async function drag(page: Page, shape: string, point: number, to: [number, number]): Promise<void> {
  const from = (await page
    .locator(`[data-testid=shape-point][data-shape=${shape}]`)
    .nth(point)
    .boundingBox())!;
  const picture = (await page.getByTestId('picture-editor').boundingBox())!;
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(
    picture.x + (to[0] / 1280) * picture.width,
    picture.y + (to[1] / 720) * picture.height,
    { steps: 3 },
  );
  await page.mouse.up();
}

it('a draft is tested on what the worker recorded: as it is, with more, with fewer, and without saving', async () => {
  const { page, complaints } = await open('/cameras/draw/hall-west');
  const same = await test(page);
  const apart = await page.getByTestId('test-result').innerText();
  expect(same, apart).toMatchObject({ more: 0, fewer: 0 });
  expect(same.both).toBeGreaterThan(0);
  // The nook grows over the picture: its rule finds the people whom the other one finds.
  await drag(page, 'nook', 0, [0, 0]);
  await drag(page, 'nook', 1, [1280, 720]);
  await drag(page, 'nook', 2, [0, 720]);
  await page.getByTestId('test-outdated').waitFor();
  const more = await test(page);
  expect(more.more).toBeGreaterThan(0);
  expect(more.fewer).toBe(0);
  await page.getByTestId('test-more').getByText('in-nook').first().waitFor();
  await photographNow(page, 'draft-test');
  // A mask over everything leaves out everyone; it is reached by keys, too.
  await page.getByTestId('add-mask').click();
  await page.getByTestId('mask-hint').waitFor();
  for (const [point, to] of [
    [0, [0, 0]],
    [1, [1280, 0]],
    [2, [1280, 720]],
    [3, [0, 720]],
  ] as const) {
    await drag(page, 'mask-1', point, [...to]);
  }
  await page.locator('[data-testid=shape-point][data-shape=mask-1]').first().focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('[data-testid=shape-point][data-shape=mask-1]').count()).toBe(5);
  const fewer = await test(page);
  expect(fewer).toMatchObject({ more: 0, both: 0 });
  expect(fewer.fewer).toBeGreaterThan(0);
  await page
    .getByTestId('test-hidden')
    .getByText(/Mask 1: \d+ (person|people)/)
    .waitFor();
  await photographNow(page, 'draft-test-mask');
  // Nothing was saved.
  const head = await ApiClient.signIn(world.plant.url, 'safety.head', world.plant.demoPassword);
  const { version } = await head.get<{ version: number }>(
    '/api/v1/cameras/hall-west/configuration',
  );
  expect(version).toBe(1);
  // A live view that its worker has ended on a busy machine is ended again by the page.
  expect(complaints.filter((one) => !one.includes('/live/sessions/'))).toEqual([]);
});

it('why a violation was recorded is a chart with its words, on a phone and in Chinese, too', async () => {
  // The first ones may be of before the worker had its cameras from the API.
  const violation = await until('one by the configuration of the database', async () => {
    const { items } = await world.api.get<{
      items: { id: string; why: { configuration: number | null } | null }[];
    }>('/api/v1/violations?order=newest');
    return items.find(({ why }) => why?.configuration === 1);
  });
  const path = `/violations/${violation.id}?status=all`;
  const { page, complaints } = await open(path);
  const chart = page.getByTestId('why-chart');
  await chart.waitFor();
  const said = await chart.getAttribute('aria-label');
  expect(said).toMatch(/It held for .* s in which it could be told/);
  expect(said).toContain('Needed: 70% of the newest 1.0 s.');
  expect(await page.getByTestId('why-stretch').count()).toBeGreaterThan(0);
  expect(await page.getByTestId('why-threshold').count()).toBe(1);
  await page.getByTestId('why-configuration').getByText('Version 1').waitFor();
  await page.getByTestId('why-list').click();
  await page
    .getByTestId('why')
    .getByText(/before it was confirmed/)
    .first()
    .waitFor();
  await photographNow(page, 'why');
  const phone = await open(path, { locale: 'zh-CN', viewport: PHONE });
  await phone.page.getByTestId('why-chart').waitFor();
  await phone.page.getByTestId('why-said').getByText('需要：最近').waitFor();
  const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(PHONE.width);
  await photographNow(phone.page, 'why-phone');
  // What was almost recorded around it, from the link.
  await page.getByTestId('near-link').click();
  await page.getByTestId('near-miss-page').waitFor();
  const stays = page
    .locator('[data-testid=near-miss][data-failed=too-short]')
    .filter({ has: page.getByText('stays', { exact: true }) });
  await until('a stay that was too short to be recorded, with its reason', async () => {
    await page.locator('[data-testid=near-misses], [data-testid=near-none]').first().waitFor();
    if ((await stays.count()) > 0) return true;
    // The round of the clip in which a worker stays there is not over yet.
    await page.getByTestId('near-search').click();
    return false;
  });
  const [, held, needed] =
    /Too short\s*held ([\d.]+) s, needs ([\d.]+) s/.exec(await stays.first().innerText()) ?? [];
  expect(Number(needed)).toBe(14);
  expect(Number(held)).toBeGreaterThanOrEqual(7);
  expect(Number(held)).toBeLessThan(14);
  await photographNow(page, 'near-misses');
  expect(complaints).toEqual([]);
});

it('says that the worker is away, where it was stopped', async () => {
  const { page } = await open('/cameras/draw/hall-west');
  await page.getByTestId('start-test').waitFor();
  await world.plant.stopPart('vision');
  await until('the API to know it', async () => {
    const { workers } = await world.api.get<{ workers: { online: boolean }[] }>('/api/v1/system');
    return workers.every(({ online }) => !online);
  });
  await page.getByTestId('start-test').click();
  await page
    .getByTestId('test-error')
    .getByText(/cannot be asked now/)
    .waitFor();
});
