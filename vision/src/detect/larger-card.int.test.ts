import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iou } from '../boxes.ts';
import type { Frame } from '../frame.ts';
import { clipFrames } from '../pipeline/clip-frames.ts';
import { loadPpeCard, type PpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';

const root = join(import.meta.dirname, '../../..');
const clips = join(root, 'simulator/clips');
const own = loadPpeCard(join(root, 'models/ppe'));
const larger = loadPpeCard(join(root, 'models/ppe-large'));
/** From this IoU on a box is of the person. */
const SAME_PERSON = 0.5;
/** Of each clip; the first frame of each second is looked at. */
const SECONDS = 10;

let runners: Map<PpeCard, ModelRunner>;
beforeAll(async () => {
  const load = async (card: PpeCard) =>
    [card, await ModelRunner.load(card, (work) => work())] as const;
  runners = new Map(await Promise.all([own, larger].map(load)));
});
afterAll(() => Promise.all([...(runners?.values() ?? [])].map((runner) => runner.close())));

interface Truth {
  readonly fps: number;
  readonly frames: readonly { workers: { visible: number; visibleBox: Box | null }[] }[];
}

const truthOf = (clip: string): Truth =>
  JSON.parse(readFileSync(join(clips, `${clip}.truth.json`), 'utf8'));

/** How many of these people a card trusts. */
async function foundBy(card: PpeCard, frame: Frame, people: readonly Box[]): Promise<number> {
  const { detections } = await runners.get(card)!.detect(frame, 0, {});
  const { trust } = card.thresholds.person!;
  const boxes = detections.filter(({ label, score }) => label === 'person' && score >= trust);
  return people.filter((one) => boxes.some(({ box }) => iou(one, box) > SAME_PERSON)).length;
}

describe('the larger card', () => {
  it('fits its weights and stands by', async () => {
    await expect(runners.get(larger)!.selfTest()).resolves.toBeUndefined();
    expect([own.standby, larger.standby]).toEqual([false, true]);
    expect(larger.classes).toEqual(own.classes);
    // The rows of the detector inside, and those of the second one for people behind them.
    const strides = (card: PpeCard) => ('strides' in card.output ? card.output.strides : []);
    expect(strides(larger)).toEqual([...strides(own), 8, 16, 32, 32]);
    expect(larger.verdict).toEqual({
      ...own.verdict,
      name: 'ppe-large',
      weightsPath: join(root, 'models/ppe-large/verdict.onnx'),
    });
  });

  it('[VIS-01] finds at least as many people of the rendered clips as the card ppe', async () => {
    let [people, before, after] = [0, 0, 0];
    for (const clip of ['hall-west', 'hall-east', 'aisle']) {
      const { fps, frames } = truthOf(clip);
      const options = { file: join(clips, `${clip}.mp4`), camera: clip, startAt: 0 };
      let at = 0;
      for await (const frame of clipFrames({ ...options, width: 1280, height: 720 })) {
        if (at % fps === 0) {
          const seen = frames[at]!.workers.filter(({ visible }) => visible >= 0.5);
          const boxes = seen.flatMap(({ visibleBox }) => (visibleBox ? [visibleBox] : []));
          people += boxes.length;
          before += await foundBy(own, frame, boxes);
          after += await foundBy(larger, frame, boxes);
        }
        frame.release();
        if (++at === SECONDS * fps) break;
      }
    }
    expect(people).toBeGreaterThan(50);
    expect(before).toBeGreaterThan(people / 2);
    expect(after).toBeGreaterThanOrEqual(before);
  });
});
