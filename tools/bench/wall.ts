import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { Plant } from '../plant/plant.ts';
import { launchBrowser } from '../setup/launch-browser.ts';
import { askedPath } from './asked-path.ts';
import { askedClips } from './clips.ts';
import { watchBare } from './live/bare-camera.ts';
import { glassToGlass } from './live/live-score.ts';
import { coresUsed } from './plant-cpu.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { signInPage } from './sign-in-page.ts';
import { TARGETS, targetOf } from './targets.ts';
import {
  encodeMarked,
  encodeQuiet,
  encodeSmall,
  MARKED_CAMERA,
  QUIET_STREAM,
  STREAMS,
  wallCameras,
} from './wall/cameras.ts';
import { crowdsOf, labelsInCrowds, placeLabelsOfDashboard } from './wall/crowds.ts';
import { givenCrowds } from './wall/given-crowds.ts';
import { wallProbeScript } from './wall/in-page.ts';
import { MARKED, MOVEMENT } from './wall/marked-picture.ts';
import { heapGrowth, skewInFrames, wallMisses, withBox } from './wall/wall-score.ts';

/*
 * The camera wall of the real dashboard with many live tiles: frames a second, what holds the page up, memory, and how late and
 * how exact the boxes are on one of them.
 */
const root = resolve(import.meta.dirname, '../..');
const BARE_SECONDS = 8;
/** For all tiles to become live. */
const PATIENCE_MS = 180_000;
/** Views of a page that just opened fetch their code, and choose their engine. */
const SETTLE_MS = 15_000;

const { values } = parseArgs({
  options: {
    tiles: { type: 'string', default: '36' },
    live: { type: 'string' },
    stills: { type: 'string' },
    'quiet-fps': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '60' },
    followed: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string' },
    'target-fps': { type: 'string' },
    'target-glass': { type: 'string' },
    'target-skew': { type: 'string' },
  },
});
const tiles = Number(values.tiles);
const live = Number(values.live ?? tiles);
const stills = Number(values.stills ?? tiles - live);
const [seconds, followed] = [Number(values.seconds), Number(values.followed)];
/** Analysed frames a second of cameras without people. A tile plays where its camera was not analysed for 5 s. */
const quietFps = Number(values['quiet-fps']);
const layout = [1, 4, 9, 16, 25, 36].find((cells) => cells >= tiles);
const isShared = live >= 1 && stills >= 0 && live + stills <= tiles;
if (!(tiles >= 1 && isShared && seconds >= 5 && followed >= 10 && quietFps >= 0.25) || !layout) {
  console.error(
    '--tiles is 1 to 36, --live 1 to --tiles, --stills at most the others, --seconds at least 5, --followed at least 10, --quiet-fps at least 0.25',
  );
  process.exit(2);
}
const targets = {
  tileFps: targetOf(values['target-fps'], TARGETS.wallTileFps),
  // No still is newer than the last analysed frame.
  stillsPerSecond: TARGETS.wallStillsPerSecond * Math.min(1, quietFps),
  longTasks: TARGETS.wallLongTasks,
  heapGrowth: TARGETS.wallHeapGrowth,
  glassP95Ms: targetOf(values['target-glass'], TARGETS.wallGlassP95Ms),
  skewFrames: targetOf(values['target-skew'], TARGETS.boxSkewFrames),
  coveredLabels: TARGETS.coveredLabels,
};

const clips = askedClips(root, values.data);
const crowds =
  (values.data === undefined ? null : givenCrowds(askedPath(values.data))) ?? crowdsOf(values.seed);
const labels = labelsInCrowds(await placeLabelsOfDashboard(), crowds);
note(
  `${labels.placed} labels of ${labels.people} people in crowds; ${labels.covered} cover a label or a head`,
);

await inOwnFolder('wall', async (folder, register) => {
  const small = clips.map((_, n) => join(folder, `small-${n}.mp4`));
  for (const [n, clip] of clips.entries()) await encodeSmall(clip, small[n] as string);
  const marked = await encodeMarked(join(root, 'simulator/clips/hall-east.mp4'), folder);
  const quietClip = join(folder, 'quiet.mp4');
  await encodeQuiet(quietClip);
  const cameras = join(folder, 'cameras.yaml');
  writeFileSync(cameras, wallCameras(tiles, live, stills, quietFps));
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras,
    env: {
      all: { ANSHI_LOG_LEVEL: 'warn' },
      vision: { ANSHI_WORKER_CAPACITY: '1000', ANSHI_WORKER_CAMERAS: String(tiles) },
    },
  });
  register(plant);
  await plant.start();
  await mount(plant, MARKED_CAMERA, { file: marked, stamped: true });
  for (const [n, stream] of STREAMS.entries()) {
    await mount(plant, stream, { file: small[n % small.length] as string, offset: 3 * n });
  }

  await mount(plant, QUIET_STREAM, { file: quietClip });

  const browser = await launchBrowser();
  const page = await browser.newPage({
    viewport: { width: 1920, height: 1080 },
    locale: 'en-US',
    serviceWorkers: 'block',
  });
  await page.addInitScript({ content: wallProbeScript() });
  await signInPage(page, plant, 'operator');
  // Before the wall has all cameras it may have another layout.
  await page.getByTestId('layout').click();
  await page.getByTestId(`layout-${layout}`).click();
  const playing = await allPlay(page, live);
  note(`${playing} of ${live} tiles became live`);
  const bare = glassToGlass(await watchBare(plant.rtspUrl(MARKED_CAMERA), BARE_SECONDS));
  await sleep(SETTLE_MS);

  const cdp = await page.context().newCDPSession(page);
  const heapSize = async () => {
    // Twice: what ended with the first collection is freed by the second.
    for (let n = 0; n < 2; n++) await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize;
  };
  const before = await heapSize();
  const cpu = coresUsed(plant, ['vision', 'api', 'simulator']);
  await page.evaluate(() => globalThis.wallProbe.begin());
  await sleep(seconds * 1_000);
  const counted = await page.evaluate(() => globalThis.wallProbe.end());
  const used = cpu();
  const heap = { before, after: await heapSize() };
  const shown = counted.tiles.filter(({ isLive }) => isLive);
  const tileFps = shown.map(({ frames }) => (frames * 1_000) / counted.ms);
  const isQuiet = ({ camera }: { camera: string }) => Number(camera.slice('wall-'.length)) > live;
  const quiet = counted.resting.filter(isQuiet);
  const rested = counted.resting.length - quiet.length;
  const stillFps = quiet.map((one) => (one.stills * 1_000) / counted.ms);
  note(`sent by ${[...new Set(shown.map(({ engine }) => engine))].join(', ')}`);
  for (const { ms, by } of counted.work.toSorted((a, b) => b.ms - a.ms).slice(0, 5)) {
    note(`a picture of the page took ${ms.toFixed(0)} ms: ${by}`);
  }

  await page.evaluate(() => globalThis.wallProbe.follow());
  await sleep(followed * 1_000);
  const seen = await page.evaluate(() => globalThis.wallProbe.followed());
  await browser.close();
  await plant.stop();

  const delays = glassToGlass(seen.frames);
  const skews = skewInFrames(seen.marked, MOVEMENT);
  const run = {
    live,
    tileFps,
    rested,
    resting: stills,
    stillFps,
    longTasks: counted.longTasks,
    heap,
    delays,
    marked: seen.marked,
    skews,
    labels,
  };
  const misses = wallMisses(run, targets);
  for (const text of misses) note(`missed: ${text}`);
  const fpsP50 = quantile(tileFps, 0.5);
  tell({
    bench: 'wall',
    ok: misses.length === 0,
    figures: {
      tiles,
      live,
      playing: shown.length,
      rested,
      fpsP50,
      fpsSlowest: tileFps.length > 0 ? Math.min(...tileFps) : 0,
      fpsCamera: MARKED.fps,
      stills,
      quietFps,
      resting: stillFps.length,
      stillsP50: quantile(stillFps, 0.5),
      stillsSlowest: stillFps.length > 0 ? Math.min(...stillFps) : 0,
      longTasks: counted.longTasks.length,
      longestTaskMs: Math.max(0, ...counted.longTasks),
      heapMib: heap.before / 2 ** 20,
      heapGrowth: heapGrowth(heap),
      glassP50Ms: quantile(delays, 0.5),
      glassP95Ms: quantile(delays, 0.95),
      frames: delays.length,
      unreadable: seen.unreadable,
      waitsMs: seen.delay ?? 0,
      bareP50Ms: quantile(bare, 0.5),
      bareP95Ms: quantile(bare, 0.95),
      skewP50: quantile(skews, 0.5),
      skewP95: quantile(skews, 0.95),
      skews: skews.length,
      withBox: withBox(seen.marked),
      labelPeople: labels.people,
      labels: labels.placed,
      coveringLabels: labels.covered,
      ...used,
    },
    ratio: fpsP50 / MARKED.fps,
    against: `frames a second that each camera sends; limits: ${TARGETS.wallTileFps} frames a second, ${TARGETS.wallStillsPerSecond} stills a second, no task above 50 ms, heap 5 %, glass to glass 700 ms, boxes 1 frame, no covering label`,
  });
});

/** Waits until as many tiles play; returns how many do. */
async function allPlay(page: Page, wanted: number): Promise<number> {
  const live = page.locator('[data-testid=tile] [data-live=playing]');
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const count = await live.count();
    if (count >= wanted || Date.now() > end) return count;
    await sleep(500);
  }
}
