import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iou } from '../boxes.ts';
import type { Frame } from '../frame.ts';
import { clipFrames } from '../pipeline/clip-frames.ts';
import { loadPpeCard, type PpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';

const root = join(import.meta.dirname, '../../..');
const own = loadPpeCard(join(root, 'models/ppe'));
const larger = loadPpeCard(join(root, 'models/ppe-large'));
/** Boxes of one person by two networks. */
const SAME_PERSON = 0.5;

let runners: Map<PpeCard, ModelRunner>;
beforeAll(async () => {
  const load = async (card: PpeCard) =>
    [card, await ModelRunner.load(card, (work) => work())] as const;
  runners = new Map(await Promise.all([own, larger].map(load)));
});
afterAll(() => Promise.all([...(runners?.values() ?? [])].map((runner) => runner.close())));

/** The first frame of a clip. */
async function firstFrame(file: string): Promise<Frame> {
  const options = { file: join(root, 'simulator/clips', file), camera: 'hall', startAt: 0 };
  for await (const frame of clipFrames({ ...options, width: 1280, height: 720 })) return frame;
  throw new Error(`${file} has no frames`);
}

/** People whom a card trusts. */
async function peopleIn(frame: Frame, card: PpeCard) {
  const { detections } = await runners.get(card)!.detect(frame, 0, {});
  const { trust } = card.thresholds.person!;
  return detections.filter(({ label, score }) => label === 'person' && score >= trust);
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

  it.each(['hall-west.mp4', 'hall-east.mp4', 'aisle.mp4'])(
    '[VIS-01] finds everybody in %s whom the card ppe finds, once',
    async (file) => {
      const frame = await firstFrame(file);
      const before = await peopleIn(frame, own);
      const after = await peopleIn(frame, larger);
      expect(before.length).toBeGreaterThan(0);
      expect(after.length).toBeGreaterThanOrEqual(before.length);
      for (const { box } of before) {
        expect(after.filter((one) => iou(one.box, box) > SAME_PERSON)).toHaveLength(1);
      }
    },
  );
});
