import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectorPool } from '../detect/detector-pool.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';
import { clipFrames } from './clip-frames.ts';

const root = join(import.meta.dirname, '../../..');
const card = loadPpeCard(join(root, 'models/ppe'));
const file = join(root, 'simulator/clips/aisle.mp4');
const absent = !existsSync(file);
if (absent) console.warn('no rendered clips: render them with `npm run scenes`');

describe.skipIf(absent)('models that rest while nothing moves', () => {
  let pool: DetectorPool;
  beforeAll(async () => {
    pool = await DetectorPool.create({ cards: [card], threads: 2 });
  });
  afterAll(() => pool?.close());

  /** @returns when each person was first seen, and in how many frames no model ran. */
  async function watch(rests: boolean) {
    const config = clipCamera('aisle', [1280, 720], []);
    const pipeline = new CameraPipeline({ config, card, trackPrefix: 'T', rests });
    const firstSeen = new Map<string, string>();
    let rested = 0;
    const size = { width: 1280, height: 720, fps: 5, startAt: 0 };
    for await (const frame of clipFrames({ file, camera: 'aisle', ...size })) {
      const found = await pool.detect(frame, pipeline.detectOptions(frame));
      const { observation } = pipeline.process(frame, found);
      if (found.rested) rested++;
      for (const { track } of observation.people) {
        if (!firstSeen.has(track)) firstSeen.set(track, observation.at);
      }
      frame.release();
    }
    return { firstSeen: [...firstSeen], rested };
  }

  it('see every person as early as models that never rest', async () => {
    const always = await watch(false);
    const resting = await watch(true);
    expect(always.rested).toBe(0);
    expect(always.firstSeen.length).toBeGreaterThan(3);
    expect(resting.firstSeen).toEqual(always.firstSeen);
    expect(resting.rested).toBeGreaterThan(5);
  }, 120_000);
});
