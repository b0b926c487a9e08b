import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { DetectorPool } from '../detect/detector-pool.ts';
import { FrameScheduler } from '../detect/frame-scheduler.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import type { Frame } from '../frame.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';
import { clipFrames } from './clip-frames.ts';

const root = join(import.meta.dirname, '../../..');
const card = loadPpeCard(join(root, 'models/ppe'));
const clips = ['hall-west', 'aisle'].map((name) => ({
  name,
  file: join(root, 'simulator/clips', `${name}.mp4`),
}));
const absent = clips.some(({ file }) => !existsSync(file));
if (absent) console.warn('no rendered clips: render them with `npm run scenes`');

const FRAMES = 25;

/** The first frames of a clip at 5 fps, each with its own memory. */
async function framesOf({ name, file }: { name: string; file: string }): Promise<Frame[]> {
  const frames: Frame[] = [];
  const options = { file, camera: name, width: 1280, height: 720, fps: 5, startAt: 0 };
  for await (const frame of clipFrames({ ...options, slots: FRAMES + 3 })) {
    frames.push(frame);
    if (frames.length === FRAMES) break;
  }
  return frames;
}

interface Seen {
  readonly regions: number;
  readonly cropped: unknown;
  readonly observation: Observation;
}

/** All cameras at once; each frame is offered after the previous result and a delay. */
async function watch(all: Map<string, Frame[]>, threads: number, pause: () => number) {
  const pool = await DetectorPool.create({ cards: [card], threads });
  const pipelines = new Map(
    [...all.keys()].map((name) => [
      name,
      new CameraPipeline({
        config: clipCamera(name, [1280, 720], []),
        card,
        trackPrefix: 'T',
      }),
    ]),
  );
  const seen = new Map<string, Seen[]>([...all.keys()].map((name) => [name, []]));
  const through = new Map<string, () => void>();
  const scheduler = new FrameScheduler({
    detector: pool,
    optionsFor: (frame) => pipelines.get(frame.camera)!.detectOptions(frame),
    onDetections: async (frame, found) => {
      await sleep(pause());
      const { observation } = pipelines.get(frame.camera)!.process(frame, found);
      seen.get(frame.camera)!.push({ regions: found.regions, cropped: found.cropped, observation });
      setImmediate(() => through.get(frame.camera)!());
    },
    onError: (_, error) => {
      throw error;
    },
  });
  const play = async (frames: Frame[]) => {
    for (const frame of frames) {
      await sleep(pause());
      const done = new Promise<void>((resolve) => through.set(frame.camera, resolve));
      scheduler.offer({ ...frame, release: () => {} });
      await done;
    }
  };
  try {
    await Promise.all([...all.values()].map(play));
  } finally {
    scheduler.close();
    await pool.close();
  }
  return seen;
}

describe.skipIf(absent)('the same frames and the same configuration', () => {
  it('give the same regions and people, independent of thread and timing', async () => {
    const all = new Map<string, Frame[]>();
    for (const clip of clips) all.set(clip.name, await framesOf(clip));
    const plain = await watch(all, 1, () => 0);
    const shuffled = await watch(new Map([...all].reverse()), 3, () => 25 * Math.random());
    for (const { name } of clips) {
      const one = plain.get(name)!;
      expect(one).toHaveLength(FRAMES);
      // There were crops, or this would prove nothing.
      expect(one.reduce((sum, { regions }) => sum + regions, 0)).toBeGreaterThan(FRAMES);
      expect(one.some(({ observation }) => observation.people.length > 1)).toBe(true);
      expect(shuffled.get(name)).toEqual(one);
    }
  }, 240_000);
});
