import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '@anshi/contracts/testing/otlp-receiver';
import { violationTraceIds } from '@anshi/contracts/tracing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMediasoupWorker } from '../vision/src/testing/mediasoup-worker.ts';
import { ApiClient, type IncidentRow } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { collectObservations, watchFrames } from './support/shown-frames.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/** The wall shows as many of the newest incidents. */
const ALARMS_SHOWN = 40;

/** What `npm start` runs, with its cameras.yaml, used and reviewed in a real browser. */
describe('the main job in the browser', () => {
  let world: World;
  let receiver: OtlpReceiver;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  let observations: ReadonlyMap<string, number[]>;

  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    world = await startWorld(
      { file: resolve(import.meta.dirname, '../cameras.yaml') },
      { env: { all: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } } },
    );
    browser = await launchBrowser();
    ({ page, complaints } = await openPage(browser));
    observations = collectObservations(page);
    await signIn(page, world.plant.url, 'operator', world.plant.demoPassword);
  });

  afterAll(async () => {
    await browser?.close();
    await world?.end();
    await receiver?.close();
  });

  it('creates one trace per violation, from the frame to the record, and the logs contain its id', async () => {
    const recorded = await until('a violation', async () => (await world.api.violations())[0]);
    const { traceId } = violationTraceIds(recorded.id);
    const wanted = [
      ...['violation', 'frame', 'snapshot', 'outbox', 'deliver', 'upload evidence'].map(
        (name) => `anshi-vision: ${name}`,
      ),
      ...['PUT /api/v1/ingest/evidence/:sha256', 'ingest', 'unit of work'].map(
        (name) => `anshi-api: ${name}`,
      ),
    ];
    const seen = () =>
      new Set(receiver.of(traceId).map(({ service, name }) => `${service}: ${name}`));
    await until('all spans of the trace', async () => wanted.every((span) => seen().has(span)));
    const log = readFileSync(world.plant.logFile('vision'), 'utf8');
    const line = log.split('\n').find((text) => text.includes(`"violation":"${recorded.id}"`));
    expect(line).toContain(`"trace_id":"${traceId}"`);
  });

  /** Opens the newest pending one and returns it: another may come in at any moment. */
  async function openFirstPending(): Promise<string> {
    const first = page.locator('[data-testid=violation-row][data-status=pending]').first();
    const id = (await first.getAttribute('data-id')) as string;
    await page.locator(`[data-testid=violation-row][data-id="${id}"]`).click();
    await page.locator(`[data-testid=detail][data-id="${id}"]`).waitFor();
    return id;
  }

  const recorded = (id: string, status: string) =>
    until(`${id} to be recorded as ${status}`, async () => {
      const row = await world.api.get<{ status: string }>(`/api/v1/violations/${id}`);
      return row.status === status;
    });

  it('[ARC-09] shows live cameras with boxes over people, machines and the head count on site', async () => {
    const cameras = await world.api.cameras();
    const tiles = () => page.getByTestId('tile').count();
    await until('a tile for each camera', async () => (await tiles()) === cameras.length);
    await page.locator('[data-testid=live-picture][data-live=playing]').first().waitFor();
    // The time of a live video runs on without frames.
    const frames = () =>
      page
        .getByTestId('live-video')
        .first()
        .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);
    const before = await frames();
    await until('the live picture to move', async () => (await frames()) > before + 5);
    // What sends it is named, with the reason where it is not mediasoup.
    const sent = page.locator('[data-testid=live-picture][data-live=playing]').first();
    const hasWorker = 'bin' in (await findMediasoupWorker());
    expect(await sent.getAttribute('title')).toMatch(
      hasWorker
        ? /^画面由 mediasoup \(WebRTC\) 发送$/
        : /^画面由 node-datachannel \(WebRTC\) 发送：.*mediasoup/,
    );
    await page.locator('[data-testid=tile]:not([data-people="0"])').first().waitFor();
    await page.locator('[data-testid=machine][data-machine="robot-1"]').waitFor();
    await page.locator('[data-testid=people-on-site]:not([data-count="0"])').waitFor();
    // Three cameras leave a cell: it has the plan with the badges.
    await page.getByTestId('plan-tile').getByTestId('badge').first().waitFor();
  });

  it('[ARC-09] shows each frame with the boxes that were found in it, and says how long it waits for them', async () => {
    const camera = 'hall-west';
    const picture = page.locator(
      `[data-testid=tile][data-camera="${camera}"] [data-testid=live-picture]`,
    );
    await picture.and(page.locator('[data-boxes=in-step]')).waitFor();
    await picture.and(page.locator('[data-delay]:not([data-delay="0"])')).waitFor();
    expect(Number(await picture.getAttribute('data-delay'))).toBeLessThanOrEqual(4_000);
    await page.getByTestId('tile-delay').first().waitFor();
    const signed = (from: number, to: number) => (to - from) | 0;
    // A busy machine analyses few frames, and the browser skips some.
    const frames: number[] = [];
    const matched = await until('frames that have an observation of their own', async () => {
      frames.push(...(await watchFrames(page, camera, 3)));
      const found = (observations.get(camera) ?? []).filter((at) =>
        frames.some((frame) => Math.abs(signed(frame, at)) <= 1),
      );
      return found.length >= 8 ? found : undefined;
    });
    // Frames come each 7,500 ticks: by chance one of thousands would match.
    const [first = 0, last = 0] = [frames[0], frames.at(-1)];
    const within = (observations.get(camera) ?? []).filter(
      (at) => signed(first, at) >= 0 && signed(at, last) >= 0,
    );
    console.info(`${matched.length} of ${within.length} observations have a frame that was shown`);
  });

  it('[VIS-06] shows a violation on the wall as it is recorded, without a reload', async () => {
    const known = new Set((await world.api.violations()).map((row) => row.id));
    const fresh = await until('a new violation', async () =>
      (await world.api.violations()).find((row) => !known.has(row.id)),
    );
    const incident = await world.api.incidentOf(fresh.id);
    await page.locator(`[data-testid=alarm][data-id="${incident.id}"]`).first().waitFor();
    // The feed is what the API has: an incident that was joined into another one has no alarm of its own.
    const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id).sort();
    await expect
      .poll(
        async () => {
          const { items } = await world.api.get<{ items: { id: string }[] }>(
            `/api/v1/incidents?limit=${ALARMS_SHOWN}`,
          );
          const shown = await page
            .getByTestId('alarm')
            .evaluateAll((rows) => rows.map((row) => ({ id: row.dataset.id ?? '' })));
          return shown.length > 0 && ids(shown).join() === ids(items).join();
        },
        { timeout: 30_000 },
      )
      .toBe(true);
  });

  it('[VIS-08] plays the clip with boxes, zone, times and confidence', async () => {
    const { id } = await until('a clip', async () =>
      (await world.api.violations()).find(({ clip }) => clip !== null),
    );
    // Its faces are blurred sooner because it is looked at, and it is shown without a reload.
    await page.goto(`${world.plant.url}/violations/${id}`);
    // The process that blurs has the lowest priority: on a busy machine it gets little time.
    await page.locator('[data-testid=clip][data-ready=true]').waitFor({ timeout: 300_000 });
    const video = page.getByTestId('clip-video');
    await until('the clip to be readable', () =>
      video.evaluate(
        (element: HTMLVideoElement) => element.duration >= 12 && element.videoWidth > 0,
      ),
    );
    const facts = await page.getByTestId('facts').textContent();
    expect(facts).toMatch(/\d+\s*%/);
    expect(facts).toMatch(/\d{1,2}:\d{2}:\d{2}/);
  });

  it('shows faces blurred, and the original to an officer who says what for', async () => {
    const { id, clip } = await until('a clip with blurred faces', async () =>
      (await world.api.violations()).find((row) => row.clip?.rendition === 'ready'),
    );
    await page.goto(`${world.plant.url}/violations/${id}`);
    await page.locator('[data-testid=clip][data-ready=true]').waitFor();
    expect(await page.getByTestId('original-reveal').count()).toBe(0);
    const officer = await openPage(browser);
    await signIn(officer.page, world.plant.url, 'safety', world.plant.demoPassword);
    await officer.page.goto(`${world.plant.url}/violations/${id}`);
    await officer.page.locator('[data-testid=clip][data-ready=true]').waitFor();
    const original = officer.page.waitForResponse((answer) =>
      answer.url().endsWith(`/violations/${id}/original/clip`),
    );
    await officer.page.getByTestId('original-reveal').click();
    await officer.page.getByTestId('confirm-reason').fill('A complaint of the person');
    await officer.page.getByTestId('confirm-yes').click();
    await officer.page.getByTestId('original-shown').waitFor();
    const seen = await (await original).body();
    const blurred = await world.api.fetch(clip?.url ?? '');
    expect(Buffer.from(await blurred.arrayBuffer()).equals(seen)).toBe(false);
    await officer.page.getByTestId('original-hide').click();
    await officer.page.getByTestId('original-shown').waitFor({ state: 'detached' });
    expect(officer.complaints).toEqual([]);
    await officer.page.context().close();
  });

  it('gives a verdict with the keyboard, and undoes it', async () => {
    await page.goto(`${world.plant.url}/violations`);
    const id = await openFirstPending();
    await page.locator('[data-testid=verdict-bar][data-status=pending]').waitFor();
    await page.keyboard.press('c');
    await recorded(id, 'confirmed');
    await page.keyboard.press('u');
    await recorded(id, 'pending');
  });

  it('creates a hazard from a confirmed violation with one key, linked both ways', async () => {
    await page.goto(`${world.plant.url}/violations`);
    const id = await openFirstPending();
    await page.locator('[data-testid=verdict-bar][data-status=pending]').waitFor();
    await page.keyboard.press('c');
    // Leaving a page cancels its pending requests.
    await recorded(id, 'confirmed');
    await page.goto(`${world.plant.url}/violations/${id}`);
    await page.locator('[data-testid=verdict-bar][data-status=confirmed]').waitFor();
    await page.keyboard.press('h');
    await page.getByTestId('hazard-link').click();
    await page.getByTestId('hazard-detail').waitFor();
    await page.locator('[data-testid=to-violation]:visible').click();
    await page.locator(`[data-testid=detail][data-id="${id}"]`).waitFor();
    // The link stays on the violation.
    await page.reload();
    await page.getByTestId('hazard-link').waitFor();
  });

  it('reviews incidents by keyboard: one verdict for all findings of an act', async () => {
    // Nothing joins one that is over.
    const { id } = await until('an incident that is over', async () => {
      const query = 'status=pending&order=oldest&limit=50';
      const { items } = await world.api.get<{ items: { id: string; lastAt: string }[] }>(
        `/api/v1/incidents?${query}`,
      );
      return items.find(({ lastAt }) => Date.now() - Date.parse(lastAt) > 20_000);
    });
    const statuses = async () => {
      const { status, members } = await world.api.get<IncidentRow>(`/api/v1/incidents/${id}`);
      return new Set([status, ...members.map(({ violation }) => violation.status)]);
    };
    const are = (wanted: string) => async () => {
      const now = await statuses();
      return now.size === 1 && now.has(wanted as 'pending');
    };
    await page.goto(`${world.plant.url}/incidents/${id}`);
    await page.locator(`[data-testid=incident][data-id="${id}"][data-version]`).waitFor();
    await page.locator('[data-testid=verdict-bar][data-status=pending]').waitFor();
    await page.keyboard.press('c');
    await until('all of its findings to be confirmed', are('confirmed'));
    await page.keyboard.press('u');
    await until('the verdict to be undone', are('pending'));
    await page.goto(`${world.plant.url}/incidents/${id}`);
    await page.getByTestId('single').click();
    await page.getByTestId('incident-of').click();
    await page.locator(`[data-testid=incident][data-id="${id}"]`).waitFor();
  });

  it('asks for a reason before it dismisses', async () => {
    await page.goto(`${world.plant.url}/violations`);
    const id = await openFirstPending();
    await page.locator('[data-testid=verdict-bar][data-status=pending]').waitFor();
    await page.keyboard.press('d');
    await page.getByTestId('dismiss-reasons').waitFor();
    await page.keyboard.press('1');
    const row = await until('the dismissal to be recorded', async () => {
      const current = await world.api.get<{
        status: string;
        verdict: { reason: string; by: { displayName: string } } | null;
      }>(`/api/v1/violations/${id}`);
      return current.status === 'dismissed' && current;
    });
    expect(row.verdict).toMatchObject({ reason: 'false-detection' });
  });

  it('prevents two reviewers from overwriting each other', async () => {
    // With end and clip, so that only reviewers change its version.
    const { id, version } = await until('a violation that is complete', async () =>
      (await world.api.violations('&status=pending')).find((row) => row.endedAt && row.clip),
    );
    const decide = (client: ApiClient) =>
      client.fetch(`/api/v1/violations/${id}/verdict`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ decision: 'confirm', version }),
      });
    const other = await ApiClient.signIn(world.plant.url, 'operator', world.plant.demoPassword);
    const answers = await Promise.all([decide(world.api), decide(other)]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });

  it('shows a lost connection, and reconnects automatically', async () => {
    await page.goto(world.plant.url);
    await page.getByTestId('wall').waitFor();
    await world.plant.stopPart('api');
    await page.getByTestId('link-banner').waitFor();
    await world.plant.startPart('api');
    await page.getByTestId('link-banner').waitFor({ state: 'detached' });
    await page.locator('[data-testid=live-picture][data-live=playing]').first().waitFor();
  });

  it('works on a phone, in Chinese', async () => {
    const phone = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
    });
    await signIn(phone.page, world.plant.url, 'safety', world.plant.demoPassword);
    expect(await phone.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await phone.page.goto(`${world.plant.url}/violations`);
    await phone.page.getByTestId('violation-row').first().tap();
    await phone.page.getByTestId('verdict-bar').waitFor();
    await phone.page.goto(`${world.plant.url}/incidents`);
    await phone.page.getByTestId('incident-row').first().tap();
    await phone.page.getByTestId('hand-changes').waitFor();
    const overflow = await phone.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    expect(phone.complaints).toEqual([]);
  });

  it('shows an error for a wrong password', async () => {
    const stranger = await openPage(browser);
    await stranger.page.goto(world.plant.url);
    await stranger.page.getByTestId('username').fill('operator');
    await stranger.page.getByTestId('password').fill('not the password');
    await stranger.page.getByTestId('sign-in').click();
    await stranger.page.getByTestId('sign-in-error').waitFor();
  });

  it('leaves no errors in the browser console', () => {
    // The failed requests while the API was down are expected.
    const expected = /Failed to load resource|ERR_CONNECTION_REFUSED|WebSocket connection/;
    expect(complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });
});
