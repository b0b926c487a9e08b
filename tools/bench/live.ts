import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { randomOf } from '@anshi/contracts/testing/random';
import type { Page } from 'playwright-core';
import { findWorker } from '../../vision/src/live/mediasoup/find-worker.ts';
import { mediasoupPackage } from '../../vision/src/live/mediasoup/package-folder.ts';
import { WorkerCache, workerCacheFolder } from '../../vision/src/live/mediasoup/worker-cache.ts';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { askedClips, encodeAsCamera } from './clips.ts';
import { cpuSecondsWithChildren } from './cpu.ts';
import { forwardBare, watchBare } from './live/bare-camera.ts';
import { liveCamera } from './live/camera.ts';
import { cameraHealthOf } from './live/camera-health.ts';
import { ENGINES, type EngineWord, engineProcess } from './live/engine-process.ts';
import { liveProbeScript } from './live/in-page.ts';
import { glassToGlass, liveMisses, type Recovery, recoveryMs } from './live/live-score.ts';
import { startUdpWay } from './live/udp-way.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { signInPage } from './sign-in-page.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * Live views of one camera in pages of the real dashboard: how late a frame is, by the clock that is drawn into it, how soon
 * the first one comes, and how soon pictures are back after faults, by pages that count the clicks they get.
 */
const root = resolve(import.meta.dirname, '../..');
const CAMERA = 'stamped';
const RESTARTS = 5;
const MOUNT_TRIES = 4;
const SETTLE_MS = 5_000;
const GIVEN_UP_MS = 45_000;
/** Of all pages. */
const SCREEN = {
  viewport: { width: 960, height: 640 },
  locale: 'en-US',
  serviceWorkers: 'block',
} as const;
const BARE_SECONDS = 12;
/** The share of frames that are left out is one of the last minute. */
const DROPPED_OVER_MS = 60_000;
/** What was asked for is not on this machine: the exit code tells it from a target that was missed. */
const NOT_HERE = 3;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'mediasoup' },
    viewers: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    size: { type: 'string', default: '1280x720' },
    data: { type: 'string' },
    target: { type: 'string' },
    'target-first': { type: 'string' },
    'target-recovery': { type: 'string' },
  },
});
const engine = values.engine as EngineWord;
const [viewers, seconds] = [Number(values.viewers), Number(values.seconds)];
const [width, height] = (/^\d+x\d+$/.exec(values.size)?.[0] ?? '0x0').split('x').map(Number) as [
  number,
  number,
];
// The least size at which the time can be drawn; H.264 with 4:2:0 needs even sides.
const isSize = width >= 480 && height >= 256 && width % 2 === 0 && height % 2 === 0;
if (
  !Object.hasOwn(ENGINES, engine) ||
  !(viewers >= 1 && viewers <= 32 && seconds >= 5) ||
  !isSize
) {
  console.error(
    '--engine is mediasoup, datachannel or mpeg1; --viewers 1 to 32; --seconds at least 5; --size WIDTHxHEIGHT, even, at least 480x256',
  );
  process.exit(2);
}
const source = askedClips(root, values.data)[0] as string;
const asked = ENGINES[engine].name;
const isMpeg1 = engine === 'mpeg1';
const targets = {
  glassP95Ms: targetOf(values.target, isMpeg1 ? TARGETS.mpeg1P95Ms : TARGETS.glassToGlassP95Ms),
  firstFrameP95Ms: targetOf(values['target-first'], TARGETS.firstFrameP95Ms),
  recoveryMs: targetOf(values['target-recovery'], TARGETS.liveRecoveryMs),
  droppedRise: TARGETS.liveDroppedRise,
};
const against =
  'frames of the same camera decoded by ffmpeg alone in the same run; limits: p95 of 300 ms (MPEG-1: 1,000), first frame 1 s, recovery 6 s, frames that are left out +0.01';

if (engine === 'mediasoup') {
  const version = mediasoupPackage()?.version ?? 'none';
  const worker = await findWorker(
    process.env,
    new WorkerCache(workerCacheFolder(process.env), version),
  );
  if ('reason' in worker) {
    note(`not run here, mediasoup is not built: ${worker.reason}`);
    tell({ bench: 'live', ok: false, figures: { notRun: 1 }, ratio: 0, against });
    process.exit(NOT_HERE);
  }
}

await inOwnFolder('live', async (folder, register) => {
  const clip = join(folder, 'camera.mp4');
  await encodeAsCamera(source, clip, { width, height });
  const cameras = join(folder, 'cameras.yaml');
  writeFileSync(cameras, liveCamera(CAMERA, { width, height }));
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras,
    // The pages select the engine by `?engine=`. A worker setting would leave no fallback engine for the UDP cut.
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  await plant.start();
  /** Retries a remount: on a loaded machine the simulator's ffmpeg may time out, which is not a fault of the views. */
  async function remount(tries = MOUNT_TRIES): Promise<void> {
    try {
      await mount(plant, CAMERA, { file: clip, stamped: true });
    } catch (error) {
      if (tries <= 1) throw error;
      note(`the camera did not start, another try: ${(error as Error).message}`);
      await remount(tries - 1);
    }
  }
  await remount();

  const browser = await launchBrowser();
  const context = await browser.newContext(SCREEN);
  const first = await context.newPage();
  await signInPage(first, plant, 'operator');
  await first.locator('[data-live=playing]').waitFor({ timeout: 120_000 });
  // Boxes would make the picture wait for them.
  await first.getByTestId('overlays').click();
  await sleep(2_000);
  const stored = await context.storageState();
  await context.close();
  await sleep(3_000);

  const liveAt = performance.now();
  const dropped = async (since: number): Promise<number> => {
    await sleep(Math.max(0, since + DROPPED_OVER_MS - performance.now()));
    return (await cameraHealthOf(plant, CAMERA))?.droppedShare ?? 1;
  };
  const bare = glassToGlass(await watchBare(plant.rtspUrl(CAMERA), BARE_SECONDS));
  const cpu = () => cpuSecondsWithChildren(plant.pid('vision') ?? 0);
  const load = async (ms: number) => {
    const [before, began] = [cpu(), performance.now()];
    await sleep(ms);
    return ((cpu() - before) * 1000) / (performance.now() - began);
  };
  const cpuWithout = await load(8_000);
  const cpuBare = await forwardBare(plant.rtspUrl(CAMERA), 8);
  const droppedWithout = await dropped(liveAt);

  const watching = await browser.newContext({ ...SCREEN, storageState: stored });
  await watching.addInitScript({ content: liveProbeScript() });
  const pages: Page[] = [];
  const firstFrames: (number | null)[] = [];
  const engines: string[] = [];
  for (let n = 0; n < viewers; n++) {
    const page = await watching.newPage();
    pages.push(page);
    await page.goto(`${plant.url}/?camera=${CAMERA}&engine=${engine}`);
    const seen = await page
      .waitForFunction(() => globalThis.liveProbe.opened().firstAt !== null, undefined, {
        timeout: GIVEN_UP_MS,
      })
      .catch(() => null);
    const { askedAt, firstAt } = await page.evaluate(() => globalThis.liveProbe.opened());
    firstFrames.push(seen ? (firstAt ?? 0) - (askedAt ?? 0) : null);
    engines.push((await page.evaluate(() => globalThis.liveProbe.engine())) ?? 'none');
  }
  note(`${viewers} viewers, sent by ${[...new Set(engines)].join(', ')}`);
  const framesSince = (at: number) =>
    Promise.all(pages.map((page) => page.evaluate((from) => globalThis.liveProbe.since(from), at)));

  const opened = performance.now();
  await sleep(SETTLE_MS);
  const measuredFrom = Date.now();
  const cpuWith = await load(seconds * 1_000);
  const delays = (await framesSince(measuredFrom)).flatMap(glassToGlass);
  const droppedWith = await dropped(opened);
  // Said at once: a fault that does not run leaves no other figures.
  note(
    `glass to glass p50 ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms (bare ${quantile(bare, 0.5)}, ${quantile(bare, 0.95)}); first frames ${firstFrames.join(', ')} ms; left out ${droppedWithout} without viewers, ${droppedWith} with them; cores ${cpuWithout} and ${cpuWith}; load ${loadavg()[0]}`,
  );

  const random = randomOf(values.seed);
  const recoveries: Recovery[] = [];
  async function recovers(what: string, fault: () => Promise<void>): Promise<void> {
    await sleep(random.between(6_000, 9_000));
    await fault();
    // Of before that are frames which were on their way.
    const at = Date.now();
    let ms: number | null = null;
    while (ms === null && Date.now() - at < GIVEN_UP_MS) {
      await sleep(200);
      ms = recoveryMs(await framesSince(at), at);
    }
    recoveries.push({ what, ms });
    note(`${what}: ${ms === null ? 'a viewer stayed without a picture' : `${ms} ms`}`);
  }
  for (let n = 1; n <= RESTARTS; n++) await recovers(`camera restart ${n}`, () => remount());
  await recovers('kill of the engine', async () => {
    const pid = engineProcess(plant.pid('vision') ?? 0, engine);
    if (pid === undefined) throw new Error(`${asked} has no process`);
    process.kill(pid, 'SIGKILL');
  });
  await recovers('kill of the vision worker', () => plant.kill('vision'));
  for (const page of pages) {
    engines.push((await page.evaluate(() => globalThis.liveProbe.engine())) ?? 'none');
  }
  let [unreadable, clicks] = [0, 0];
  for (const page of pages) {
    unreadable += await page.evaluate(() => globalThis.liveProbe.unreadable());
    clicks += await page.evaluate(() => globalThis.liveProbe.clicks());
  }
  // The cut is one of a single view: decoding for the others would only take its time.
  // Its token was renewed meanwhile, and the one of before is not taken any more.
  const renewed = await watching.storageState();
  await watching.close();
  if (!isMpeg1) {
    const way = startUdpWay();
    const cut = await browser.newContext({ ...SCREEN, storageState: renewed });
    await way.lead(cut);
    await cut.addInitScript({ content: liveProbeScript() });
    const page = await cut.newPage();
    await page.goto(`${plant.url}/?camera=${CAMERA}`);
    const isThere = () => globalThis.liveProbe.opened().firstAt !== null;
    await page
      .waitForFunction(isThere, undefined, { timeout: GIVEN_UP_MS })
      .catch(async (error) => {
        note(`the page shows: ${await page.evaluate(() => document.body.innerText)}`);
        throw error;
      });
    pages.splice(0, pages.length, page);
    await recovers('cut of UDP', async () => way.cut());
    clicks += await page.evaluate(() => globalThis.liveProbe.clicks());
    way.close();
  }
  await browser.close();
  await plant.stop();

  const run = {
    asked,
    engines,
    viewers,
    delays,
    firstFrames,
    recoveries,
    clicks,
    dropped: { without: droppedWithout, with: droppedWith },
  };
  const misses = liveMisses(run, targets);
  for (const text of misses) note(`missed: ${text}`);
  const times = recoveries.map(({ ms }) => ms ?? GIVEN_UP_MS);
  const [glass, bareP50] = [quantile(delays, 0.5), quantile(bare, 0.5)];
  tell({
    bench: 'live',
    ok: misses.length === 0,
    figures: {
      viewers,
      width,
      height,
      glassP50Ms: glass,
      glassP95Ms: quantile(delays, 0.95),
      frames: delays.length,
      unreadable,
      bareP50Ms: bareP50,
      bareP95Ms: quantile(bare, 0.95),
      bareFrames: bare.length,
      firstFrameP50Ms: quantile(
        firstFrames.map((ms) => ms ?? GIVEN_UP_MS),
        0.5,
      ),
      firstFrameP95Ms: quantile(
        firstFrames.map((ms) => ms ?? GIVEN_UP_MS),
        0.95,
      ),
      recoveryCameraMs: Math.max(...times.slice(0, RESTARTS)),
      recoveryEngineMs: times[RESTARTS] ?? 0,
      recoveryWorkerMs: times[RESTARTS + 1] ?? 0,
      ...(!isMpeg1 && { recoveryUdpCutMs: times[RESTARTS + 2] ?? 0 }),
      clicks,
      droppedWithout,
      droppedWith,
      otherEngine: engines.filter((one) => one !== asked).length,
      cpuWithoutViewers: cpuWithout,
      cpuPerViewer: (cpuWith - cpuWithout) / viewers,
      cpuBare,
      cpuPerViewerOfBare: cpuBare > 0 ? (cpuWith - cpuWithout) / viewers / cpuBare : 0,
    },
    ratio: bareP50 > 0 ? glass / bareP50 : 0,
    against,
  });
});
