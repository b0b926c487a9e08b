import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CameraConfig, camerasFile } from '@anshi/contracts';
import { parse, stringify } from 'yaml';
import type { Plant } from '../plant/plant.ts';
import { type ClipTruth, readClipTruth } from './queue-truth.ts';

/** A camera that shows a clip whose truth is known. */
export interface ClipCamera {
  config: CameraConfig;
  truth: ClipTruth;
  mount: string;
}

/**
 * The cameras of a file with the truth of their clips, and a cameras file that shows these.
 *
 * @param given the cameras file.
 * @param clips the folder of the clips and their truth.
 * @throws Error that names the file that lacks.
 */
export function readClipCameras(
  given: string,
  clips: string,
): { cameras: ClipCamera[]; file: string } {
  if (!existsSync(given)) throw new Error(`${given} does not exist: which cameras see the clips?`);
  const raw = parse(readFileSync(given, 'utf8')) as { cameras?: { id: string; url: string }[] };
  const mounts = new Map<string, string>();
  for (const camera of raw.cameras ?? []) {
    // The clip is named by the end of the address: rtsp://…/NAME, or file:NAME.mp4.
    const name = basename(camera.url.replace(/^file:|[?#].*$/g, ''), '.mp4');
    mounts.set(camera.id, name);
    camera.url = `rtsp://127.0.0.1:\${ANSHI_SIM_RTSP_PORT}/${name}`;
  }
  const cameras = camerasFile.parse(raw).cameras.filter(({ enabled }) => enabled);
  return {
    file: stringify(raw),
    cameras: cameras.map((config) => {
      const mount = mounts.get(config.id) as string;
      const truth = join(clips, `${mount}.truth.json`);
      if (!existsSync(truth)) throw new Error(`camera "${config.id}": ${truth} does not exist`);
      return { config, mount, truth: readClipTruth(truth) };
    }),
  };
}

/** Loop and phase of each clip at a wall time, ms. */
export async function clipClocks(
  plant: Plant,
  at: number,
): Promise<Map<string, [loop: number, phase: number]>> {
  const asked = Date.now();
  const { items } = (await (await fetch(`${plant.simulatorControlUrl}/mounts`)).json()) as {
    items: { name: string; duration: number; time: number }[];
  };
  const now = (asked + Date.now()) / 2;
  return new Map(
    items.map(({ name, duration, time }) => {
      const phase = (time - (now - at) / 1000) % duration;
      return [name, [duration, phase < 0 ? phase + duration : phase]];
    }),
  );
}
