import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PLAN_NAME } from '../hall/plan.ts';
import type { ClipTruth, FrameTruth, Homography, Scenario } from '../types.ts';
import type { OpenScene } from './browser.ts';
import { clipEncoder, stillEncoder } from './encoder.ts';

/** The content of a clip's truth file, given its frames. */
function clipTruth(scenario: Scenario, homography: Homography, frames: FrameTruth[]): ClipTruth {
  const { name, width, height, fps, duration, camera, machines, lines } = scenario;
  const clip = `${name}.mp4`;
  const head = { clip, width, height, fps, duration, floorPlan: PLAN_NAME, camera };
  return { ...head, homography, machines, lines, frames };
}

/** Compact JSON with one line for each frame. */
function formatTruth({ frames, ...head }: ClipTruth): string {
  const lines = frames.map((frame) => JSON.stringify(frame));
  return `${JSON.stringify(head).slice(0, -1)},"frames":[\n${lines.join(',\n')}\n]}\n`;
}

/** Renders a whole clip and its truth into a folder. */
export async function renderClip(
  scene: OpenScene,
  scenario: Scenario,
  folder: string,
): Promise<void> {
  const count = Math.round(scenario.duration * scenario.fps);
  const encoder = clipEncoder(scenario, join(folder, `${scenario.name}.mp4`));
  const frames: FrameTruth[] = [];
  const started = Date.now();
  try {
    for (let i = 0; i < count; i++) {
      const t = i / scenario.fps;
      const { rgb, workers } = await scene.draw(t, i);
      await encoder.write(Buffer.from(rgb, 'base64'));
      frames.push({ t: Number(t.toFixed(4)), workers });
      if ((i + 1) % scenario.fps === 0) {
        const pace = (Date.now() - started) / (i + 1) / 1000;
        console.log(`${scenario.name}: ${i + 1} of ${count} frames, ${pace.toFixed(2)} s each`);
      }
    }
    await encoder.finish();
  } catch (error) {
    encoder.abort();
    throw error;
  }
  const truth = clipTruth(scenario, scene.homography, frames);
  await writeFile(join(folder, `${scenario.name}.truth.json`), formatTruth(truth));
}

/** Renders single frames as pictures, with their truth, for inspection. */
export async function renderStills(
  scene: OpenScene,
  scenario: Scenario,
  times: readonly number[],
  folder: string,
): Promise<void> {
  const frames: FrameTruth[] = [];
  for (const t of times) {
    const started = Date.now();
    const { rgb, workers } = await scene.draw(t, Math.round(t * scenario.fps));
    const file = join(folder, `${scenario.name}-${t}.jpg`);
    const encoder = stillEncoder(scenario, file);
    await encoder.write(Buffer.from(rgb, 'base64'));
    await encoder.finish();
    frames.push({ t, workers });
    console.log(`${file} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  const truth = clipTruth(scenario, scene.homography, frames);
  await writeFile(join(folder, `${scenario.name}-stills.json`), formatTruth(truth));
}
