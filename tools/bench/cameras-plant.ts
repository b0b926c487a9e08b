import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCamerasFile } from '@anshi/contracts';
import { chromium } from 'playwright-core';
import { Plant } from '../plant/plant.ts';
import { demoParts } from '../plant/plant-options.ts';
import { findChromium } from '../setup/chromium.mjs';
import { CameraLoad } from './camera-load.ts';
import { cpuSeconds, cpuSecondsWithChildren, processesBelow } from './cpu.ts';
import { note, tell } from './result.ts';
import { signInPage } from './sign-in-page.ts';

const cores = 2;
const warmUpMs = 60_000;

/**
 * The whole product as `npm start` runs it, with its demo cameras and the wall open in a browser, everything on two
 * cores: the share of due frames that are not analysed.
 *
 * @param options.seconds measured, after a minute in which start-up work ends.
 */
export async function measurePlant(options: {
  root: string;
  folder: string;
  register: (plant: Plant) => void;
  seconds: number;
  dropsAllowed: number;
}): Promise<void> {
  const { root, folder, register, seconds, dropsAllowed } = options;
  const isHeld = availableParallelism() > cores && spawnSync('taskset', ['--version']).status === 0;
  const prefix = isHeld ? ['taskset', '-c', '0,1'] : [];
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
    prefix: Object.fromEntries(demoParts.map((part) => [part, prefix])),
  });
  register(plant);
  await plant.start();
  const file = join(root, 'cameras.yaml');
  const { cameras } = readCamerasFile(readFileSync(file, 'utf8'), file);
  const ids = cameras.filter(({ enabled }) => enabled).map(({ id }) => id);
  const analysisFps = Math.max(...cameras.map((camera) => camera.analysisFps));
  const load = await CameraLoad.watch(plant, 'demo');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium was found: set ANSHI_CHROMIUM');
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--allow-loopback-in-peer-connection'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await signInPage(page, plant, 'operator');
    await load.areLive(ids);
    await sleep(warmUpMs);
    const before = { browser: browserCpu(), blurring: blurringCpu(plant) };
    const shown = await load.measure(ids, analysisFps, seconds);
    const cpuBrowser = (browserCpu() - before.browser) / seconds;
    const cpuBlurring = (blurringCpu(plant) - before.blurring) / seconds;
    note(load.describe(ids, shown));
    const ok = shown.drops <= dropsAllowed;
    if (!ok) note(`missed: ${(shown.drops * 100).toFixed(1)} % dropped, the target is 2 %`);
    tell({
      bench: 'cameras',
      ok,
      figures: {
        plant: 1,
        cameras: ids.length,
        drops: shown.drops,
        dropsWorst: shown.worst,
        analysedFps: shown.analysedFps,
        people: shown.people,
        shedding: shown.shedding,
        cpuDecode: shown.cpu.decode,
        cpuWorker: shown.cpu.worker,
        cpuOther: shown.cpu.other,
        cpuBrowser,
        cpuBlurring,
      },
      ratio: 1 - shown.drops,
      against: 'the frames that are due',
    });
  } finally {
    await browser.close();
    await load.close();
    await plant.stop();
  }
}

/** CPU seconds of the browser that this process started. */
const browserCpu = () =>
  processesBelow(process.pid)
    .filter(({ name }) => name.startsWith('chrom'))
    .reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);

/** CPU seconds of the process that blurs evidence, with its ffmpegs. */
const blurringCpu = (plant: Plant) =>
  processesBelow(plant.pid('vision') ?? 0)
    .filter(({ name }) => name !== 'ffmpeg')
    .reduce((sum, { pid }) => sum + cpuSecondsWithChildren(pid), 0);
