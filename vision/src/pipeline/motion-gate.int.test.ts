import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DetectorPool } from '../detect/detector-pool.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';
import { clipFrames } from './clip-frames.ts';

const root = join(import.meta.dirname, '../../..');
const card = loadPpeCard(join(root, 'models/ppe'));
const aisle = join(root, 'simulator/clips/aisle.mp4');
const absent = !existsSync(aisle);
if (absent) console.warn('no rendered clips: render them with `npm run scenes`');

describe.skipIf(absent)('models that rest while nothing moves', () => {
  let pool: DetectorPool;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anshi-motion-gate-'));
    pool = await DetectorPool.create({ cards: [card], threads: 2 });
  });
  afterAll(async () => {
    await pool?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @returns who was seen in each frame, and in how many frames no model ran. */
  async function watch(file: string, rests: boolean) {
    const config = clipCamera('aisle', [1280, 720], []);
    const pipeline = new CameraPipeline({ config, card, trackPrefix: 'T', rests });
    const frames: { at: string; tracks: string[] }[] = [];
    let rested = 0;
    const size = { width: 1280, height: 720, fps: 5, startAt: 0 };
    for await (const frame of clipFrames({ file, camera: 'aisle', ...size })) {
      const found = await pool.detect(frame, pipeline.detectOptions(frame));
      const { observation } = pipeline.process(frame, found);
      if (found.rested) rested++;
      const tracks = observation.people.map(({ track }) => track).sort();
      frames.push({ at: observation.at, tracks });
      frame.release();
    }
    return { frames, rested };
  }

  it('see in each frame the people whom models that never rest see', async () => {
    const always = await watch(aisle, false);
    const resting = await watch(aisle, true);
    expect(always.rested).toBe(0);
    expect(new Set(always.frames.flatMap(({ tracks }) => tracks)).size).toBeGreaterThan(3);
    // Also those who were seen before: from the first frame of each person to the last one.
    expect(resting.frames).toEqual(always.frames);
    expect(resting.rested).toBeGreaterThan(5);
  }, 120_000);

  it('go on seeing people who stand still in a picture in which nothing else moves', async () => {
    // The walkers stop in the 8th second, and stand for ten seconds.
    const stopped = join(folder, 'stopped.mp4');
    const filter = 'trim=0:8,tpad=stop_mode=clone:stop_duration=10';
    const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
    const args = ['-v', 'error', '-i', aisle, '-an', '-vf', filter, ...codec, stopped];
    await promisify(execFile)('ffmpeg', args);
    const always = await watch(stopped, false);
    const resting = await watch(stopped, true);
    const stand = (frames: typeof always.frames) => frames.slice(8 * 5);
    expect(stand(always.frames).length).toBeGreaterThan(45);
    for (const { tracks } of stand(always.frames)) expect(tracks.length).toBeGreaterThan(2);
    expect(resting.frames).toEqual(always.frames);
  }, 120_000);
});
