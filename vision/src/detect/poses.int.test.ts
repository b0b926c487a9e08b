import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { iou } from '../boxes.ts';
import type { DetectedPose } from '../frame.ts';
import { clipFrames } from '../pipeline/clip-frames.ts';
import type { DetectOptions } from './detect-options.ts';
import { DetectorPool } from './detector-pool.ts';
import { loadPoseCard, loadPpeCard, MADE_MODELS, WeightsNotMade } from './model-card.ts';
import { poseFit } from './pose-fit.ts';

/* The shipped pose model in the inference threads, on rendered people and on real falls. */

const root = join(import.meta.dirname, '../../..');
const ppe = loadPpeCard(join(root, 'models/ppe'));
const pose = made();
const clips = join(root, 'simulator/clips');
const shared = process.env.ANSHI_SHARED ?? join(root, '../shared');
const falls = join(shared, 'videos/fall');
const hasFalls = existsSync(join(falls, 'truth.json'));
if (!hasFalls) console.warn(`no clips of falls in ${falls}: their test is skipped`);

function made() {
  const folder = process.env.ANSHI_MODELS_MADE ?? join(root, MADE_MODELS);
  try {
    return loadPoseCard(join(root, 'models/pose'), folder);
  } catch (error) {
    if (!(error instanceof WeightsNotMade)) throw error;
    console.warn(`${error.message}: the tests of poses are skipped`);
    return undefined;
  }
}

const truthFile = z.object({
  frames: z.array(
    z.object({
      workers: z.array(
        z.object({
          box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
          inFrame: z.number(),
          visible: z.number(),
        }),
      ),
    }),
  ),
});

describe.skipIf(!pose)('poses in the inference threads', () => {
  let pool: DetectorPool;
  beforeAll(async () => {
    pool = await DetectorPool.create({ cards: [ppe], pose: pose!, threads: 1 });
  });
  afterAll(() => pool?.close());

  async function detect(
    file: string,
    [width, height]: [number, number],
    at: readonly number[],
    options: DetectOptions,
  ): Promise<{ frame: number; poses: readonly DetectedPose[] | undefined }[]> {
    const results = [];
    for await (const frame of clipFrames({ file, camera: 'c', width, height, startAt: 0 })) {
      if (at.includes(frame.sequence)) {
        const { poses } = await pool.detect(frame, options);
        results.push({ frame: frame.sequence, poses });
      }
      frame.release();
      if (frame.sequence >= Math.max(...at)) break;
    }
    return results;
  }

  it('detects people of 100 to 280 px, with feet and heads where the renderer put them', async () => {
    const name = join(clips, 'hall-west');
    const { frames } = truthFile.parse(JSON.parse(readFileSync(`${name}.truth.json`, 'utf8')));
    const at = [20, 70, 120, 170, 220];
    let people = 0;
    const misses: number[] = [];
    let read = 0;
    // Every person is expected, as a tracker that follows them would.
    for (const frame of at) {
      const plain = frames[frame]!.workers.flatMap(({ box, inFrame, visible }) =>
        box && inFrame > 0.95 && visible > 0.75 ? [box as Box] : [],
      );
      const options = { poses: true, posesAt: plain, targets: [] };
      const [seen] = await detect(`${name}.mp4`, [1280, 720], [frame], options);
      for (const box of plain) {
        people++;
        const best = seen!.poses!.find((one) => poseFit(one, box, 0.2) >= 0.5);
        if (!best) continue;
        read++;
        const tall = box[3] - box[1];
        const feet = Math.max(best.keypoints[15]![1], best.keypoints[16]![1]);
        const nose = best.keypoints[0]![1];
        misses.push(Math.abs(box[3] - feet) / tall, Math.abs(nose - box[1]) / tall);
      }
    }
    console.info(
      `poses of ${read} of ${people} people; worst end ${Math.max(...misses).toFixed(2)} of their height off`,
    );
    expect(people).toBeGreaterThan(12);
    expect(read / people).toBeGreaterThan(0.7);
    expect(misses.filter((miss) => miss < 0.2).length / misses.length).toBeGreaterThan(0.9);
  });

  it('are left out where they are not requested', async () => {
    const [seen] = await detect(join(clips, 'hall-west.mp4'), [1280, 720], [20], { targets: [] });
    expect(seen!.poses).toBeUndefined();
  });

  it.skipIf(!hasFalls).each([
    ['Subject_1_Fall_13.mp4', 45],
    ['Subject_2_Fall_12.mp4', 165],
    ['Subject_3_Fall_16.mp4', 75],
  ])('detects the lying person in %s', async (file, frame) => {
    const [seen] = await detect(join(falls, file), [640, 480], [frame], {
      poses: true,
      targets: [],
    });
    const lying = seen!.poses!.filter(
      ({ box, score }) => score >= pose!.thresholds.keep && box[2] - box[0] > box[3] - box[1],
    );
    expect(lying.length).toBeGreaterThanOrEqual(1);
    // One person is one pose.
    for (const one of lying) {
      expect(lying.filter((other) => iou(one.box, other.box) > 0.5)).toHaveLength(1);
    }
  });
});
