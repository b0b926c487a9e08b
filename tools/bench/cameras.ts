import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { Plant } from '../plant/plant.ts';
import { bareInferenceMs } from './bare-inference.ts';
import { CameraLoad, type Load } from './camera-load.ts';
import { measurePlant } from './cameras-plant.ts';
import { clipClocks } from './clip-cameras.ts';
import { bareDecodeMs, clipsIn, encodeAsCamera, encodeEmpty } from './clips.ts';
import { personRecall } from './person-recall.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { type ClipTruth, readClipTruth } from './queue-truth.ts';
import { note, tell } from './result.ts';
import { camerasHold, TARGETS, targetOf } from './targets.ts';

/*
 * How many cameras two cores can process: cameras are added to and removed from the file that the
 * worker watches, until the highest number that keeps at least 98 % of the analysed frames is
 * found. Then the people who are found are counted at that load, at one and a half times and at twice of it.
 */
const root = resolve(import.meta.dirname, '../..');
const tenant = 'bench';
const cores = 2;
const sourceFps = 15;
const analysisFps = 5;
const dropsAllowed = 0.02;
const warmUpMs = 12_000;
const mostTries = 8;
/** In the other clips a person stands at one place for most of the time, and stays in the median. */
const emptyClip = 'aisle';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    empty: { type: 'boolean', default: false },
    plant: { type: 'boolean', default: false },
    max: { type: 'string' },
    seconds: { type: 'string', default: '25' },
    target: { type: 'string' },
  },
});
const isEmpty = values.empty;
const most = Number(values.max ?? (isEmpty ? 28 : 12));
const seconds = Number(values.seconds);
const target = targetOf(values.target, isEmpty ? TARGETS.emptyCameras : TARGETS.busyCameras);

/** The truth beside a clip; null where there is none. */
function truthOf(clip: string): ClipTruth | null {
  const file = clip.replace(/\.mp4$/, '.truth.json');
  return existsSync(file) ? readClipTruth(file) : null;
}

/** Measurement with one number of cameras. */
interface Trial extends Load {
  readonly cameras: number;
}

const cameraId = (index: number) => `cam-${index + 1}`;

/** A cameras file with this many cameras, with the usual rules of a plant. */
function camerasFile(count: number): string {
  const name = { zh: '测', en: 'Bench' };
  return stringify({
    version: 1,
    sites: [{ id: 'bench', name }],
    cameras: Array.from({ length: count }, (_, index) => ({
      id: cameraId(index),
      name,
      site: 'bench',
      url: `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${cameraId(index)}`,
      picture: [1280, 720],
      analysisFps,
      zones: [
        {
          id: 'floor',
          name,
          polygon: [
            [0, 300],
            [1280, 300],
            [1280, 720],
            [0, 720],
          ],
        },
      ],
      lines: [{ id: 'across', name, from: [100, 500], to: [1180, 500] }],
      rules: [
        { id: 'ppe', kind: 'missing-ppe', zone: 'floor' },
        { id: 'entered', kind: 'zone-intrusion', zone: 'floor' },
        { id: 'crossed', kind: 'line-crossing', line: 'across' },
      ],
    })),
  });
}

/** @returns the highest number that passed, and its trial; the lowest trial, where none passed. */
async function search(
  tryOut: (count: number) => Promise<Trial>,
): Promise<{ held: number; shown: Trial | undefined; tries: number }> {
  let best: Trial | undefined;
  let least: Trial | undefined;
  let tooMany = most + 1;
  let next = Math.min(most, isEmpty ? 10 : 4);
  let tries = 0;
  while (tries < mostTries && next > (best?.cameras ?? 0) && next < tooMany) {
    const trial = await tryOut(next);
    tries += 1;
    if (trial.drops <= dropsAllowed) best = trial;
    else {
      tooMany = next;
      least = trial;
    }
    const low = best?.cameras ?? 0;
    // First estimate from the CPU cost of one camera, then bisection.
    const { decode, worker, other } = trial.cpu;
    const estimate = Math.floor((next * cores * 0.95) / Math.max(0.01, decode + worker + other));
    const half = Math.ceil((low + tooMany) / 2);
    const isInside = estimate > low && estimate < tooMany;
    next = Math.min(tooMany - 1, tries === 1 && isInside ? estimate : half);
    if (next <= low) break;
  }
  return { held: best?.cameras ?? 0, shown: best ?? least, tries };
}

if (values.plant)
  await inOwnFolder('plant', (folder, register) =>
    measurePlant({ root, folder, register, seconds, dropsAllowed }),
  );

await inOwnFolder('cameras', async (folder, register) => {
  const source = join(folder, 'camera-0.mp4');
  const clips: string[] = [];
  const given = clipsIn(values.data ?? join(root, 'simulator/clips'));
  const chosen = isEmpty && !values.data ? given.filter((clip) => clip.includes(emptyClip)) : given;
  for (const [index, clip] of chosen.slice(0, 4).entries()) {
    const file = join(folder, `camera-${index}.mp4`);
    await (isEmpty ? encodeEmpty : encodeAsCamera)(clip, file);
    clips.push(file);
  }
  const bareDecode = await bareDecodeMs(source, 600);
  const bareInfer = isEmpty ? 0 : await bareInferenceMs(join(root, 'models/ppe'), 40);
  const limit = (cores * 1000) / (sourceFps * bareDecode + analysisFps * bareInfer);
  note(`bare decoding ${bareDecode.toFixed(2)} ms, bare inference ${bareInfer.toFixed(1)} ms`);

  const file = join(folder, 'cameras.yaml');
  writeFileSync(file, camerasFile(0));
  const holdsTwoCores =
    availableParallelism() > cores && spawnSync('taskset', ['--version']).status === 0;
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras: file,
    // The file changes with each trial.
    env: {
      all: { ANSHI_TENANT: tenant, ANSHI_LOG_LEVEL: 'warn', ANSHI_CAMERAS_FROM: 'file' },
    },
    prefix: holdsTwoCores ? { vision: ['taskset', '-c', '0,1'] } : {},
  });
  register(plant);
  await plant.start();
  /** Streams for twice as many cameras as may be held. */
  for (let index = 0; index < 2 * most; index++) {
    const clip = clips[index % clips.length] as string;
    await mount(plant, cameraId(index), { file: clip, offset: index * 2.7 });
  }
  const load = await CameraLoad.watch(plant, tenant);

  const tryOut = async (count: number): Promise<Trial> => {
    writeFileSync(file, camerasFile(count));
    const ids = Array.from({ length: count }, (_, index) => cameraId(index));
    await load.areLive(ids);
    await sleep(warmUpMs);
    const trial = { cameras: count, ...(await load.measure(ids, analysisFps, seconds)) };
    note(load.describe(ids, trial));
    return trial;
  };
  const { held, shown: trial, tries } = await search(tryOut);
  const truths = isEmpty ? [] : chosen.slice(0, clips.length).map(truthOf);
  const loads: Record<string, number> = {};
  if (truths.length > 0 && truths.every((one) => one !== null)) {
    for (const [name, times] of [
      ['', 1],
      ['At15', 1.5],
      ['At2', 2],
    ] as const) {
      const count = Math.ceil(Math.max(1, held) * times);
      const at = await tryOut(count);
      const clocks = await clipClocks(plant, at.span.from);
      const shown = Array.from({ length: count }, (_, index) => {
        const [loop, phase] = clocks.get(cameraId(index))!;
        const seen = at.seen.get(cameraId(index)) ?? [];
        return { truth: truths[index % truths.length]!, loop, phase, seen };
      });
      const { people, found } = personRecall(shown, at.span, analysisFps);
      loads[`recall${name}`] = found / Math.max(1, people);
      if (times > 1) loads[`drops${name}`] = at.drops;
      loads[`shedding${name}`] = at.shedding;
      note(`${count} cameras: ${found} of ${people} people in the due frames were found`);
    }
  } else if (!isEmpty) note('the clips have no truth.json beside them: no recall');
  await load.close();
  await plant.stop();
  if (!camerasHold(held, target)) note(`missed: ${held} cameras held, the target is ${target}`);
  tell({
    bench: 'cameras',
    ok: camerasHold(held, target),
    figures: {
      empty: isEmpty ? 1 : 0,
      cameras: held,
      drops: trial?.drops ?? 1,
      dropsWorst: trial?.worst ?? 1,
      analysedFps: trial?.analysedFps ?? 0,
      people: trial?.people ?? 0,
      cpuDecode: trial?.cpu.decode ?? 0,
      cpuWorker: trial?.cpu.worker ?? 0,
      cpuOther: trial?.cpu.other ?? 0,
      bareDecodeMs: bareDecode,
      bareInferMs: bareInfer,
      limitCameras: limit,
      triedCameras: tries,
      ...loads,
    },
    ratio: held / limit,
    against: isEmpty
      ? 'CPU of bare ffmpeg decoding on two cores'
      : 'CPU of bare ffmpeg decoding and bare session.run on two cores',
  });
});
