import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { ViolationRow } from './support/api-client.ts';
import { launchBrowser, openAs } from './support/browser.ts';
import { photograph } from './support/photograph.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/* The welder of the demonstration is switched on without a card, in view of a camera. */

/** The camera that sees the place of the welder. */
const CAMERA = 'hall-west';

type Found = ViolationRow & { operator: { machine: string; cameras: string[] } };

let world: World;
let browser: Browser;

beforeAll(async () => {
  const text = readFileSync(resolve(import.meta.dirname, '../cameras.yaml'), 'utf8');
  const content = parse(text) as { cameras: { id: string }[] };
  // Without rules of its own: its clips would be blurred before this one.
  const cameras = content.cameras
    .filter(({ id }) => id === CAMERA)
    .map((camera) => ({ ...camera, rules: [] }));
  world = await startWorld(
    { yaml: stringify({ ...content, cameras }) },
    {
      env: {
        // Parts take their time to start again on a busy machine.
        vision: { ANSHI_RING_SECONDS: '300' },
      },
    },
  );
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await world?.end();
});

const starts = async () =>
  (
    await world.api.get<{ items: Found[] }>(
      '/api/v1/violations?rule=unqualified-operator&limit=100',
    )
  ).items.filter(({ operator }) => operator.machine === 'welder-1');

it('[VIS-08] an unqualified start has a clip that plays, also where worker and API are killed meanwhile', async () => {
  await until('the camera to give pictures', async () =>
    (await world.api.cameras()).some(({ health }) => health?.state === 'live'),
  );
  const url = `${world.plant.simulatorControlUrl}/gates/welder-1-reader/start`;
  expect((await fetch(url, { method: 'POST' })).status).toBe(200);
  const [found] = await until('the start to be recorded', async () => {
    const items = await starts();
    return items.length > 0 && items;
  });
  expect(found).toMatchObject({ camera: CAMERA, clip: null, clipMissing: null });
  const { id } = found as Found;
  await world.plant.kill('vision', 'SIGKILL');
  // Not started again before the page was seen.
  await world.plant.stopPart('vision');
  await world.plant.kill('api', 'SIGKILL');
  await world.plant.restart('api');
  const { page, complaints } = await openAs(browser, world.plant, 'safety', `/violations/${id}`);
  await page.getByTestId('clip-cutting').getByText('The clip is being made').waitFor();
  await photograph(page, 'operator-clip-waits');
  await world.plant.startPart('vision');
  const delivered = await until('the clip to be delivered', async () => {
    const [{ clip, clipMissing } = { clip: null, clipMissing: null }] = await starts();
    return clip !== null || clipMissing !== null ? { clip, clipMissing } : null;
  });
  expect(delivered).toMatchObject({ clip: expect.anything(), clipMissing: null });
  // Blurring takes minutes on a busy machine.
  await page.locator('[data-testid=clip][data-ready=true]').waitFor({ timeout: 600_000 });
  const video = page.getByTestId('clip-video');
  await until('the clip to play', () =>
    video.evaluate(async (element: HTMLVideoElement) => {
      await element.play();
      return element.currentTime > 0.2 && element.videoWidth > 0;
    }),
  );
  await photograph(page, 'operator-clip');
  const [made, ...others] = await starts();
  expect(others).toEqual([]);
  expect(made?.clip).toMatchObject({ rendition: 'ready' });
  expect(made?.clip?.durationSeconds).toBeGreaterThan(20);
  expect(complaints).toEqual([]);
}, 1_200_000);
