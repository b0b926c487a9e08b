import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { clipsDir } from './support/clips.ts';
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

it('[VIS-08] asks for the pictures of the other cameras by the keyboard, and plays them in step with one slider', async () => {
  const { page, complaints } = await open('safety', `/incidents/${incident}`, {
    width: 390,
    height: 844,
  });
  await page.getByTestId('scene-cameras').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('scene-get').focus();
  await page.keyboard.press('Enter');
  // No worker runs here: of each camera it is said why there is nothing.
  const east = page.locator('[data-testid=scene-camera][data-camera=hall-east]');
  await east.getByText('worker is away').waitFor();
  expect(await page.getByTestId('scene-get').count()).toBe(0);

  // As if the worker had delivered clips of two cameras; the second begins two seconds later.
  const path = `/api/v1/incidents/${incident}/scene-clips`;
  const { items } = await world.api.get<{ items: { camera: string }[] }>(path);
  const from = Number(await page.getByTestId('scene-slider').getAttribute('min')) + 55_000;
  await page.route(`**${path}`, async (route) => {
    const answer = await route.fetch();
    const body = await answer.json();
    const ready = ['hall-west', 'hall-east'].map((camera, n) => ({
      ...items[0],
      id: `clip-${n}`,
      camera,
      state: 'ready',
      missing: null,
      clip: {
        url: `${path}/${n}/video`,
        from: new Date(from + 2_000 * n).toISOString(),
        to: new Date(from + 12_000).toISOString(),
        durationSeconds: 12 - 2 * n,
        partial: false,
      },
    }));
    await route.fulfill({ response: answer, json: { ...body, items: ready } });
  });
  const video = readFileSync(join(clipsDir, 'hall-east.mp4'));
  await page.route(`**${path}/*/video`, (route) =>
    route.fulfill({ body: video, contentType: 'video/mp4' }),
  );
  const frames = page.getByTestId('clip-frame');
  await frames.nth(1).waitFor();
  const times = () =>
    frames.evaluateAll((all) => all.map((one) => (one as HTMLVideoElement).currentTime));
  await page.waitForFunction(() =>
    [...document.querySelectorAll('video[data-testid=clip-frame]')].every(
      (one) => (one as HTMLVideoElement).readyState > 1,
    ),
  );
  await page.getByTestId('scene-play').focus();
  await page.keyboard.press('Enter');
  const [first = 0] = await times();
  await page.waitForFunction(
    (since) =>
      (document.querySelector('video[data-testid=clip-frame]') as HTMLVideoElement).currentTime >
      since + 1,
    first,
  );
  const [a = 0, b = 0] = await times();
  expect(Math.abs(a - b - 2)).toBeLessThan(0.7);
  await page.keyboard.press('Enter');
  // One slider for all.
  await page.getByTestId('scene-slider').fill(String(from + 7_000));
  await expect.poll(times).toEqual([7, 5]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
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
