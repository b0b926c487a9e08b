import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The project's own rendered clips. */
export const clipsDir = join(root, 'simulator/clips');

/**
 * A file in the folder of real footage, which is not part of the project; undefined where the
 * folder does not exist.
 */
export function sharedFile(path: string): string | undefined {
  const file = join(process.env.ANSHI_SHARED ?? resolve(root, '../shared'), path);
  return existsSync(file) ? file : undefined;
}

/** Ground truth of one worker in one frame. */
export interface WorkerTruth {
  id: string;
  floor: [number, number];
  box: [number, number, number, number];
  inFrame: number;
  visible: number;
  helmet: boolean;
  vest: boolean;
}

/** Exact ground truth of a rendered clip. */
export interface ClipTruth {
  width: number;
  height: number;
  fps: number;
  duration: number;
  homography: number[];
  frames: { t: number; workers: WorkerTruth[] }[];
}

export function clipTruth(name: string): ClipTruth {
  return JSON.parse(readFileSync(join(clipsDir, `${name}.truth.json`), 'utf8')) as ClipTruth;
}
