import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { cameraHealth, topics } from '@anshi/contracts';
import mqtt, { type MqttClient } from 'mqtt';
import { stringify } from 'yaml';
import { Plant } from '../plant/plant.ts';
import { bareInferenceMs } from './bare-inference.ts';
import { bareDecodeMs, encodeAsCamera, encodeEmpty, renderedClips } from './clips.ts';
import { cpuSeconds, processesBelow } from './cpu.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { note, tell } from './result.ts';
import { camerasHold, TARGETS, targetOf } from './targets.ts';

/*
 * How many cameras two cores can process: cameras are added to and removed from the file that the
 * worker watches, until the highest number that keeps at least 98 % of the analysed frames is
 * found.
 */
const root = resolve(import.meta.dirname, '../..');
const tenant = 'bench';
const cores = 2;
const sourceFps = 15;
const analysisFps = 5;
const dropsAllowed = 0.02;
const warmUpMs = 12_000;
const mostTries = 8;
/** In the other clips people stand at one place for most of the time, so they stay in the median. */
const nobodyStands = 'hall-west';

const { values } = parseArgs({
  options: {
    empty: { type: 'boolean', default: false },
    max: { type: 'string' },
    seconds: { type: 'string', default: '25' },
    target: { type: 'string' },
  },
});
const isEmpty = values.empty;
const most = Number(values.max ?? (isEmpty ? 28 : 12));
const seconds = Number(values.seconds);
const target = targetOf(values.target, isEmpty ? TARGETS.emptyCameras : TARGETS.busyCameras);

/** Measurement with one number of cameras. */
interface Trial {
  cameras: number;
  drops: number;
  worst: number;
  analysedFps: number;
  cpu: { decode: number; worker: number; other: number };
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
        { id: 'crossed', kind: 'line-crossing', line: 'across' },
      ],
    })),
  });
}

/** Counts the analysed frames of each camera and tracks which are live. */
function watch(client: MqttClient) {
  const frames = new Map<string, number>();
  const live = new Set<string>();
  /** The share of dropped frames in the worker's own metrics, over its last minute. */
  const shown = new Map<string, number>();
  client.on('message', (topic, payload) => {
    if (topic.includes('/observations/')) {
      const camera = topic.split('/').at(-1) ?? '';
      frames.set(camera, (frames.get(camera) ?? 0) + 1);
      return;
    }
    // A removed camera clears its retained message with an empty one.
    if (payload.length === 0) return;
    const { camera, state, droppedShare } = cameraHealth.parse(JSON.parse(payload.toString()));
    shown.set(camera, droppedShare);
    if (state === 'live') live.add(camera);
    else live.delete(camera);
  });
  return { frames, live, shown };
}

function cpuOf(plant: Plant): { decode: number; worker: number; other: number } {
  const worker = plant.pid('vision') ?? 0;
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const decoders = processesBelow(worker).filter(({ name }) => name === 'ffmpeg');
  const others = (['database', 'broker', 'api', 'simulator'] as const)
    .map((part) => plant.pid(part) ?? 0)
    .flatMap((pid) => [pid, ...processesBelow(pid).map((child) => child.pid)]);
  return {
    decode: sum(decoders.map(({ pid }) => pid)),
    worker: cpuSeconds(worker),
    other: sum(others),
  };
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

await inOwnFolder('cameras', async (folder, register) => {
  const source = join(folder, 'camera-0.mp4');
  const clips: string[] = [];
  const rendered = renderedClips(root).filter((clip) => !isEmpty || clip.includes(nobodyStands));
  for (const [index, clip] of rendered.slice(0, 4).entries()) {
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
  for (let index = 0; index < most; index++) {
    const clip = clips[index % clips.length] as string;
    await mount(plant, cameraId(index), { file: clip, offset: index * 2.7 });
  }
  const client = await mqtt.connectAsync(plant.busUrl('integrator', 'bench'), {
    protocolVersion: 4,
    clientId: 'integrator-bench',
  });
  const { frames, live, shown } = watch(client);
  await client.subscribeAsync([
    topics.observations(tenant, '+', '+'),
    topics.cameraHealth(tenant, '+', '+'),
  ]);

  const tryOut = async (count: number): Promise<Trial> => {
    writeFileSync(file, camerasFile(count));
    const ids = Array.from({ length: count }, (_, index) => cameraId(index));
    const patience = Date.now() + 90_000;
    while (!ids.every((id) => live.has(id)) && Date.now() < patience) await sleep(250);
    await sleep(warmUpMs);
    frames.clear();
    const before = cpuOf(plant);
    const began = performance.now();
    await sleep(seconds * 1000);
    const passed = (performance.now() - began) / 1000;
    const after = cpuOf(plant);
    const rates = ids.map((id) => (frames.get(id) ?? 0) / passed);
    const drops = rates.map((rate) => Math.max(0, 1 - rate / analysisFps));
    const trial = {
      cameras: count,
      drops: drops.reduce((sum, share) => sum + share, 0) / count,
      worst: Math.max(...drops),
      analysedFps: Math.min(...rates),
      cpu: {
        decode: (after.decode - before.decode) / passed,
        worker: (after.worker - before.worker) / passed,
        other: (after.other - before.other) / passed,
      },
    };
    const cpu = Object.entries(trial.cpu).map(([who, used]) => `${who} ${used.toFixed(2)}`);
    const told = ids.reduce((sum, id) => sum + (shown.get(id) ?? 1), 0) / count;
    note(
      `${count} cameras: ${(trial.drops * 100).toFixed(1)} % dropped (the worker says ${(told * 100).toFixed(1)} % in a minute); cores: ${cpu.join(', ')}`,
    );
    return trial;
  };
  const { held, shown: trial, tries } = await search(tryOut);
  await client.endAsync();
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
      cpuDecode: trial?.cpu.decode ?? 0,
      cpuWorker: trial?.cpu.worker ?? 0,
      cpuOther: trial?.cpu.other ?? 0,
      bareDecodeMs: bareDecode,
      bareInferMs: bareInfer,
      limitCameras: limit,
      triedCameras: tries,
    },
    ratio: held / limit,
    against: isEmpty
      ? 'CPU of bare ffmpeg decoding on two cores'
      : 'CPU of bare ffmpeg decoding and bare session.run on two cores',
  });
});
