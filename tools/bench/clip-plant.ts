import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Plant } from '../plant/plant.ts';
import { type ClipCamera, clipClocks, readClipCameras } from './clip-cameras.ts';
import { callAs } from './plant-users.ts';
import type { TruthCamera } from './queue-truth.ts';
import { note } from './result.ts';

/* A whole plant whose cameras show clips of which the truth is known: simulator, RTSP, worker, broker, API. */

/** Cameras follow their pictures for so long before the time that counts, seconds. */
const SETTLE_SECONDS = 5;
/** What was seen at the end may be confirmed and recorded so much later, seconds. */
const GRACE_SECONDS = 20;
const LIVE_PATIENCE_SECONDS = 120;

/** Reads a path of the API, which begins with `/api/v1`. */
export type Get = <Answer>(path: string) => Promise<Answer>;

export async function readerOf(plant: Plant): Promise<Get> {
  const call = await callAs(plant, 'safety');
  return (path) => call('GET', path.replace(/^\/api\/v1/, ''));
}

interface CameraList {
  items: { id: string; health: { state: string; droppedShare: number } | null }[];
}

async function whenLive(get: Get, ids: readonly string[]): Promise<void> {
  const until = Date.now() + LIVE_PATIENCE_SECONDS * 1000;
  for (;;) {
    const { items } = await get<CameraList>('/api/v1/cameras');
    const dark = ids.filter((id) => items.find((one) => one.id === id)?.health?.state !== 'live');
    if (dark.length === 0) return;
    if (Date.now() > until) throw new Error(`cameras without a picture: ${dark.join(', ')}`);
    await sleep(500);
  }
}

/** Dropped frames of each camera in its last minute, a share. */
export async function dropsOf(plant: Plant, cameras: readonly ClipCamera[]): Promise<number[]> {
  const { items } = await (await readerOf(plant))<CameraList>('/api/v1/cameras');
  return cameras.map(
    ({ config }) => items.find(({ id }) => id === config.id)?.health?.droppedShare ?? 1,
  );
}

/** The truth of each camera, in seconds since a wall time, ms. */
export async function truthsOf(
  plant: Plant,
  cameras: readonly ClipCamera[],
  begin: number,
): Promise<TruthCamera[]> {
  const times = await clipClocks(plant, begin);
  return cameras.map(({ config, truth, mount }) => {
    const [loop, phase] = times.get(mount) ?? [truth.duration, 0];
    return { config, truth, loop, phase };
  });
}

/**
 * Starts the plant, waits until all cameras are live, and lets it run.
 *
 * @param options.given the cameras file, and `clips` the folder of the clips and their truth.
 * @param options.register is given the plant before it starts, so that it is stopped in any case.
 * @param options.each called each half second while it is watched.
 */
export async function watchClips(
  folder: string,
  options: {
    given: string;
    clips: string;
    minutes: number;
    register: (plant: Plant) => void;
    each?: (get: Get) => Promise<void>;
  },
) {
  const { given, clips, minutes, register, each } = options;
  const { cameras, file } = readClipCameras(given, clips);
  const camerasPath = join(folder, 'cameras.yaml');
  writeFileSync(camerasPath, file);
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras: camerasPath,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' }, simulator: { ANSHI_SIM_CLIPS: clips } },
  });
  register(plant);
  await plant.start();
  const begin = Date.now();
  const get = await readerOf(plant);
  await whenLive(
    get,
    cameras.map(({ config }) => config.id),
  );
  const from = (Date.now() - begin) / 1000 + SETTLE_SECONDS;
  const to = from + minutes * 60;
  note(`${cameras.length} cameras are live; watching for ${minutes} minutes`);
  const loads: number[] = [];
  while ((Date.now() - begin) / 1000 < to + GRACE_SECONDS) {
    loads.push(loadavg()[0] ?? 0);
    await each?.(get);
    await sleep(500);
  }
  return { plant, cameras, begin, watched: { from, to }, loads };
}
