import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineProcess } from '../tools/bench/live/engine-process.ts';
import { startUdpWay, type UdpWay } from '../tools/bench/live/udp-way.ts';
import { mediasoupPackage } from '../vision/src/live/mediasoup/package-folder.ts';
import { WorkerCache, workerCacheFolder } from '../vision/src/live/mediasoup/worker-cache.ts';
import { requireMediasoupWorker } from '../vision/src/testing/mediasoup-worker.ts';
import { ApiClient } from './support/api-client.ts';
import { launchBrowser, openPage, signIn } from './support/browser.ts';
import { clipsDir } from './support/clips.ts';
import { makeAccount, type OwnAccount } from './support/own-account.ts';
import { type SwallowingProxy, startSwallowingProxy } from './support/swallowing-proxy.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

const CAMERA = 'hall-west';
const AHEAD_MS = 10 * 60_000;

/** Faults while a live picture is watched in the real dashboard; nothing is clicked. */
describe('a live picture', () => {
  let world: World;
  let browser: Browser;
  let account: OwnAccount;
  let way: SwallowingProxy;
  let udp: UdpWay;

  /** The cache of mediasoup's worker of this world; null where this machine has no worker. */
  let cache: WorkerCache | null = null;
  let cacheHome: string;

  beforeAll(async () => {
    cacheHome = await mkdtemp(join(tmpdir(), 'anshi-workers-'));
    const found = await requireMediasoupWorker();
    if ('bin' in found) {
      const { version } = mediasoupPackage()!;
      cache = new WorkerCache(workerCacheFolder({ XDG_CACHE_HOME: cacheHome }), version);
      await cache.keep(found.bin, 'build');
    }
    world = await startWorld([{ id: CAMERA, analysisFps: 2 }], {
      env: { vision: { XDG_CACHE_HOME: cacheHome, MEDIASOUP_WORKER_BIN: '' } },
    });
    account = await makeAccount(world, { roles: ['operator'] });
    [browser, way] = await Promise.all([launchBrowser(), startSwallowingProxy(world.plant.url)]);
    udp = startUdpWay();
    await isLive();
  });
  afterAll(async () => {
    await browser?.close();
    await way?.close();
    udp?.close();
    await world?.end();
    await rm(cacheHome, { recursive: true, force: true });
  });

  const isLive = () =>
    until('the camera to be live', async () =>
      (await world.api.cameras()).every(({ health }) => health?.state === 'live'),
    );
  /** @param prepare before the first address is opened. */
  async function watch(
    options: { url?: string; path?: string; prepare?: (page: Page) => Promise<unknown> } = {},
  ): Promise<Page> {
    const { url = world.plant.url, path, prepare } = options;
    const { page } = await openPage(browser, { locale: 'en-US' });
    await prepare?.(page);
    await signIn(page, url, account.username, account.password, 'wall');
    if (path) await page.goto(`${url}${path}`);
    return page;
  }
  const tile = (page: Page) => page.locator(`[data-testid=tile][data-camera=${CAMERA}]`);
  const plays = (page: Page, way = 'webrtc') =>
    tile(page).locator(`[data-live=playing][data-way=${way}]`).waitFor();
  const video = (page: Page) => tile(page).locator('video').first();
  const width = (page: Page) =>
    video(page).evaluate((element: HTMLVideoElement) => element.videoWidth);
  const moves = (page: Page) =>
    until('further frames', async () => {
      const at = await frames(page);
      await page.waitForTimeout(300);
      return (await frames(page)) > at;
    });
  /** How long the picture waits for its boxes, ms. */
  const delayOf = async (page: Page) =>
    Number((await tile(page).getByTestId('live-picture').getAttribute('data-delay')) ?? 0);
  /** Frames so far: the time of a live video runs on without any. */
  const frames = (page: Page) =>
    video(page).evaluate(
      (element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames,
    );
  const timed = async (what: string, seen: Promise<unknown>): Promise<number> => {
    const since = performance.now();
    await seen;
    const ms = Math.round(performance.now() - since);
    console.log(`${what} after ${ms} ms`);
    return ms;
  };

  it('comes back after the process of its engine was killed', async () => {
    const page = await watch();
    await plays(page);
    const engine = await tile(page).getByTestId('live-picture').getAttribute('data-engine');
    const word = engine === 'mediasoup' ? 'mediasoup' : 'datachannel';
    const before = engineProcess(world.plant.pid('vision') ?? 0, word) ?? 0;
    // Another view takes its place within a tenth of a second: too soon to be seen in the tile by polling.
    const another = page.waitForResponse(
      (answer) => answer.url().includes(`/live/${CAMERA}/whep`) && answer.status() === 201,
    );
    process.kill(before, 'SIGKILL');
    expect(await timed('another view was opened', another)).toBeLessThan(15_000);
    await timed('the picture was back', plays(page));
    await moves(page);
    await page.context().close();
  });

  it('follows a camera that changes the size of its pictures, and one that changes its codec', async () => {
    const page = await watch();
    await plays(page);
    expect(await width(page)).toBe(1280);
    const small = join(clipsDir, 'substreams/hall-west.mp4');
    await world.simulator.mount(CAMERA, small);
    await until('the other size', async () => (await width(page)) === 640);
    await moves(page);
    const hevc = join(world.folder, 'hevc.mp4');
    const codec = ['-c:v', 'libx265', '-preset', 'ultrafast', '-g', '12', '-x265-params'];
    const quiet = ['-v', 'error', '-t', '3', '-i', small];
    await promisify(execFile)('ffmpeg', [...quiet, ...codec, 'log-level=none:bframes=0', hevc]);
    await world.simulator.mount(CAMERA, hevc);
    // No browser plays it by WebRTC: a still stands, and the tile says why.
    const said = tile(page).getByTestId('stills-only');
    await said.waitFor();
    expect(await said.textContent()).toContain('H.265');
    await world.simulator.mount(CAMERA, join(clipsDir, 'hall-west.mp4'));
    await plays(page);
    await until('the first size', async () => (await width(page)) === 1280);
    await page.context().close();
    await isLive();
  });

  it('loses its boxes with the live connection, plays on, and has them again', async () => {
    const page = await watch({ url: way.url });
    await plays(page);
    const boxed = () => tile(page).evaluate(boxesOf);
    await until('a box', boxed);
    const delay = await delayOf(page);
    way.swallow();
    const since = performance.now();
    // The picture waits for its boxes: so much of it had its own already.
    await page.waitForTimeout(2_000 + delay);
    const looks: boolean[] = [];
    const at = await frames(page);
    for (let n = 0; n < 10; n++) {
      looks.push(await boxed());
      await page.waitForTimeout(100);
    }
    console.log(`looked ${Math.round(performance.now() - since)} ms after the cut`);
    expect(looks).not.toContain(true);
    expect(await frames(page)).toBeGreaterThan(at);
    way.heal();
    await timed('a box again', until('a box again', boxed));
    await page.context().close();
  });

  it('says that it stands where UDP is cut in mid-view, continues by another engine, and comes back', async () => {
    const page = await watch({ prepare: (one) => udp.lead(one.context()) });
    await plays(page);
    await moves(page);
    // So long frames go on that are there already.
    const delay = await delayOf(page);
    udp.cut();
    const stands = tile(page).locator('[data-stands]');
    expect((await timed('the cut was noticed', stands.waitFor())) - delay).toBeLessThan(6_000);
    const other = plays(page, 'mpeg1');
    expect(await timed('MPEG-1 was there', other)).toBeLessThan(30_000);
    udp.heal();
    await timed('WebRTC was there again', plays(page));
    await moves(page);
    await page.context().close();
  });

  it('is back where the computer slept for an hour', async () => {
    const page = await watch({
      url: way.url,
      prepare: async (one) => {
        await one.clock.install();
        await udp.lead(one.context());
      },
    });
    await plays(page);
    udp.cut();
    way.swallow();
    // Timers fire once, and late: like a lid that was closed.
    await page.clock.fastForward('01:00:00');
    way.heal();
    udp.heal();
    // It stands at first; MPEG-1 may be shown until the next view by WebRTC plays.
    const lost = tile(page)
      .locator('[data-stands], [data-way=mpeg1], :not([data-live=playing])[data-live]')
      .first()
      .waitFor();
    expect(await timed('the dead view was noticed', lost)).toBeLessThan(20_000);
    await timed('the picture was back', plays(page));
    await moves(page);
    await page.getByTestId('link-banner').waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('has its boxes and its time where the clock of the browser is ten minutes ahead', async () => {
    const page = await watch({ prepare: (one) => one.addInitScript(setClockAhead, AHEAD_MS) });
    await plays(page);
    await tile(page).locator('[data-boxes=in-step]').waitFor();
    await until('a box', () => tile(page).evaluate(boxesOf));
    const shown = await page.locator('header time').first().textContent();
    const [hours = 0, minutes = 0] = (shown ?? '').split(':').map(Number);
    const now = new Date();
    const off = hours * 60 + minutes - (now.getHours() * 60 + now.getMinutes());
    expect(Math.abs(off)).toBeLessThanOrEqual(1);
    await page.context().close();
  });

  it('continues by the other engine where the worker of mediasoup was altered, or the disk was full as it was made, and says why', async ({
    skip,
  }) => {
    if (!cache) return skip('not run here: this machine has no worker of mediasoup');
    const engine = (page: Page, name: string) =>
      tile(page).locator(`[data-way=webrtc][data-engine=${name}]`).waitFor();
    const why = (page: Page) => tile(page).getByTestId('tile-engine').getAttribute('title');
    const page = await watch();
    await engine(page, 'mediasoup');
    expect(await why(page)).toBe('Picture sent by mediasoup (WebRTC)');
    // Another file in its place: the running one keeps its own.
    const bin = join(cache.folder, 'mediasoup-worker');
    await writeFile(`${bin}.new`, 'something else');
    await rename(`${bin}.new`, bin);
    process.kill(engineProcess(world.plant.pid('vision') ?? 0, 'mediasoup') ?? 0, 'SIGKILL');
    await engine(page, 'node-datachannel');
    await moves(page);
    expect(await why(page)).toContain('is altered or of another version');
    await page.context().close();
    await rm(cache.folder, { recursive: true });
    await cache.noteFailure({ code: 'worker-no-disk', reason: 'the build ran out of disk' });
    const { page: chinese } = await openPage(browser, { locale: 'zh-CN' });
    await signIn(chinese, world.plant.url, account.username, account.password, 'wall');
    await until(
      'the other reason',
      async () => {
        await engine(chinese, 'node-datachannel');
        if ((await why(chinese))?.includes('磁盘已满')) return true;
        await chinese.reload();
        return false;
      },
      30_000,
    );
    await moves(chinese);
    await chinese.context().close();
  });

  it('stands as a still until the first frame of a camera with rare key frames, whose page names the interval', async () => {
    // The simulator sends no rarer ones as they are; intervals of 10 s are in the test of the advice.
    const rare = join(world.folder, 'rare.mp4');
    const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '1000'];
    const keys = ['-force_key_frames', 'expr:gte(t,n_forced*4)', '-sc_threshold', '0'];
    const input = ['-v', 'error', '-i', join(clipsDir, 'substreams/hall-west.mp4')];
    await promisify(execFile)('ffmpeg', [...input, '-t', '12', ...codec, ...keys, '-an', rare]);
    await world.simulator.mount(CAMERA, rare);
    const seen: string[] = [];
    const page = await watch({
      prepare: (one) =>
        one.route('**/api/v1/live/*/whep*', async (route) => {
          // The still is there before the first answer of the worker.
          await tile(one).getByTestId('live-still').waitFor();
          seen.push('still');
          await route.continue();
        }),
    });
    await plays(page);
    await until('the rare key frames', async () => (await width(page)) === 640);
    expect(seen).toContain('still');
    await page.goto(`${world.plant.url}/cameras`);
    // The interval is told once two key frames were there.
    const said = page
      .getByTestId('camera-table')
      .getByTestId('advice-key-frames')
      .filter({ hasText: /\b(3\.9|4|4\.1)\b/ });
    await timed('the interval was named', said.waitFor({ timeout: 45_000 }));
    await page.context().close();
  });

  it('[SEC-18] has no still 1 s after the right was withdrawn', async () => {
    const page = await watch({ path: '/?engine=stills' });
    const still = tile(page).getByTestId('live-still');
    await still.waitFor();
    const admin = await ApiClient.signIn(world.plant.url, 'admin', world.plant.demoPassword);
    const path = `/api/v1/users/${account.id}`;
    const { version } = await admin.get<{ version: number }>(path);
    await admin.send('PATCH', path, { version, roles: ['worker'] });
    const gone = until('no still', async () => (await still.count()) === 0, 60_000, 20);
    expect(await timed('the still was gone', gone)).toBeLessThan(1_000);
    await page.context().close();
  });
});

/** Runs in the page: whether a box is drawn over the picture of a tile. */
function boxesOf(tile: Element): boolean {
  const canvas = [...tile.querySelectorAll<HTMLCanvasElement>('canvas[aria-hidden]')].at(-1);
  if (!canvas?.width) return false;
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
  return data?.some((value, n) => n % 4 === 3 && value > 0) ?? false;
}

/** Runs in the page before its own code. */
function setClockAhead(ms: number): void {
  const Real = Date;
  const ahead = class extends Real {
    constructor(...given: unknown[]) {
      super(...((given.length > 0 ? given : [Real.now() + ms]) as [number]));
    }
    static override now(): number {
      return Real.now() + ms;
    }
  };
  Object.assign(window, { Date: ahead });
}
