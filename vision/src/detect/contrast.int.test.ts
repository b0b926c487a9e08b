import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inCondition } from '../evaluate/conditions.ts';
import { readStillPicture } from '../evaluate/still-picture.ts';
import { loadPpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';

/* The shipped model and the least contrast of its card, on a picture of the demonstration by day and at night. */

const root = join(import.meta.dirname, '../../..');
const clip = join(root, 'simulator/clips/aisle.mp4');

let folder: string;
let runner: ModelRunner | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-contrast-'));
  runner = await ModelRunner.load(loadPpeCard(join(root, 'models/ppe')), (work) => work());
}, 60_000);
afterAll(async () => {
  await runner?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

it.skipIf(!existsSync(clip))(
  'people are legible by day, and not where a camera amplifies little light with its noise',
  async () => {
    const file = join(folder, 'aisle.png');
    // Four workers are before the gate.
    const frame = ['-ss', '8', '-i', clip, '-frames:v', '1', file];
    await promisify(execFile)('ffmpeg', ['-v', 'error', ...frame]);
    const legibleIn = async (alter?: Parameters<typeof readStillPicture>[1]) => {
      const { contrasts } = await runner!.detect(await readStillPicture(file, alter), 0, {});
      return contrasts!.map(({ isLegible }) => isLegible);
    };
    const day = await legibleIn();
    const night = await legibleIn((picture) => inCondition(picture, 'night', 'aisle'));
    expect(day.length).toBeGreaterThan(2);
    expect(day).not.toContain(false);
    expect(night.length).toBeGreaterThan(0);
    expect(night).not.toContain(true);
  },
  60_000,
);
