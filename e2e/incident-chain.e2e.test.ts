import { resolve } from 'node:path';
import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** The plant as `npm start` makes it on the first day: its one incident, with what led to it, met it and followed it. */
let world: World;
let browser: Browser;
let incident: string;

beforeAll(async () => {
  world = await startWorld(
    { file: resolve(import.meta.dirname, '../cameras.yaml') },
    { parts: ['database', 'broker', 'api'], env: { api: { ANSHI_DEMO_RECORDS: '1' } } },
  );
  const path = '/api/v1/incidents?status=confirmed';
  incident = await until('the incident of the demonstration', async () => {
    const { items } = await world.api.get<{ items: { id: string }[] }>(path);
    return items[0]?.id;
  });
  // The hazards of the demonstration are made beside it.
  await until('its hazard', async () => {
    const { items } = await world.api.get<{ items: { kind: string }[] }>(
      `/api/v1/incidents/${incident}/chain`,
    );
    return items.some(({ kind }) => kind === 'open-hazard');
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const open = (username: string, path: string, viewport?: ViewportSize) =>
  openAs(browser, world.plant, username, path, viewport);

it('[ARC-02] safety opens an incident from the queue, reads before, during and after, and follows it to a hazard', async () => {
  const { page, complaints } = await open('safety', '/incidents?status=confirmed');
  await page.getByTestId('incident-list').getByTestId('incident-row').first().click();
  const before = page.getByTestId('chain-before');
  await before.getByText('Hazards that were open').waitFor();
  const kinds = (part: string) =>
    page
      .getByTestId(`chain-${part}`)
      .getByTestId('chain-item')
      .evaluateAll((all) => [...new Set(all.map((one) => one.dataset['kind']))]);
  expect(await kinds('before')).toEqual(expect.arrayContaining(['open-hazard', 'qualification']));
  expect(await kinds('during')).toEqual(expect.arrayContaining(['finding', 'no-alarm']));
  expect(await kinds('after')).toEqual(expect.arrayContaining(['verdict', 'file-entry']));
  await photograph(page, 'incident-chain');
  // The place at an instant: another instant is another picture of it.
  const scene = page.getByTestId('incident-scene');
  await scene.getByTestId('scene-slider').waitFor();
  const at = await scene.getByTestId('scene-at').textContent();
  await scene.getByTestId('scene-slider').focus();
  await page.keyboard.press('ArrowRight');
  expect(await scene.getByTestId('scene-at').textContent()).not.toBe(at);
  await photograph(page, 'incident-scene', 'incident-scene');

  // The timeline is in the order of time, and shows the kinds that are chosen.
  const events = page.getByTestId('chain-events').getByTestId('chain-item');
  await events.first().waitFor();
  const times = await events
    .locator('time')
    .evaluateAll((all) => all.map((one) => one.getAttribute('datetime') ?? ''));
  expect(new Set(times).size).toBeGreaterThan(1);
  expect(times).toEqual([...times].sort());
  const all = await events.count();
  await page.locator('[data-testid=chain-kind][data-kind=open-hazard]').click();
  expect(await events.count()).toBeLessThan(all);
  expect(await page.locator('[data-testid=chain-events] [data-kind=open-hazard]').count()).toBe(0);

  const link = before.locator('[data-kind=open-hazard]').getByTestId('chain-link').first();
  const href = await link.getAttribute('href');
  await link.click();
  await page.waitForURL(`**${href}`);
  await page.getByTestId('hazard-detail').waitFor();
  expect(complaints).toEqual([]);
});

it('a manager without the right to watch has no live picture, and no part of what may not be read', async () => {
  const kindsOf = async (username: string) => {
    const { url, demoPassword } = world.plant;
    const api = await ApiClient.signIn(url, username, demoPassword);
    const { kinds } = await api.get<{ kinds: { kind: string }[] }>(
      `/api/v1/incidents/${incident}/chain`,
    );
    return kinds.map(({ kind }) => kind);
  };
  expect(await kindsOf('safety.head')).toEqual(expect.arrayContaining(['badge', 'look']));
  const asked = await kindsOf('manager');
  for (const kind of ['badge', 'look']) expect(asked).not.toContain(kind);
  const { page, complaints } = await open('manager', '/incidents?status=confirmed');
  await page.getByTestId('incident-list').getByTestId('incident-row').first().click();
  await page.getByTestId('chain-during').waitFor();
  expect(await page.getByTestId('incident-live').count()).toBe(0);
  // The place without positions of people.
  await page.getByTestId('scene-slider').waitFor();
  expect(await page.getByTestId('near').count()).toBe(0);
  expect(await page.getByTestId('near-none').count()).toBe(0);
  expect(await page.locator('[data-testid=chain-item][data-kind=badge]').count()).toBe(0);
  expect(await page.locator('[data-testid=chain-item][data-kind=look]').count()).toBe(0);
  expect(complaints).toEqual([]);
});

it('is read on the phone without scrolling aside', async () => {
  const phone = { width: 390, height: 844 };
  const { page, complaints } = await open('safety', `/incidents/${incident}`, phone);
  await page.getByTestId('chain-after').waitFor();
  await page.getByTestId('live-now').waitFor();
  await page.getByTestId('scene-slider').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(complaints).toEqual([]);
});
