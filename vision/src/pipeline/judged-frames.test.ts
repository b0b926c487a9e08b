import { join } from 'node:path';
import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import type { FrameDetections, PersonAnswers } from '../frame.ts';
import { CameraPipeline, type FrameMeta } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const whole = clipCamera('gate', [1280, 720], []);
/** Helmets are asked for in the left half. */
const left = {
  ...whole,
  zones: whole.zones.map((zone) => ({
    ...zone,
    polygon: [
      [0, 0],
      [640, 0],
      [640, 720],
      [0, 720],
    ] as [number, number][],
  })),
};
const meta = (ms: number, [width, height]: readonly [number, number]): FrameMeta => ({
  camera: 'gate',
  sequence: ms / 200,
  at: Date.UTC(2026, 0, 1) + ms,
  width,
  height,
});
const person = (x: number, height = 160): Box => [x - 25, 300, x + 25, 300 + height];
const bare = { worn: 0.03, missing: 0.95 };

/** A frame in which the classifier answers for each box that was asked for. */
function frame(people: readonly Box[], asked: readonly Box[] = []): FrameDetections {
  const items = { helmet: bare, vest: { worn: 0.9, missing: 0.05 } };
  return {
    detections: people.map((box) => ({ label: 'person', score: 0.8, box })),
    regions: 0,
    answers: asked.map((box, of): PersonAnswers => ({ box, of, items })),
    timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
  };
}

/** Plays three seconds of people who stand still. */
function play(config: typeof whole, people: readonly Box[], scale = 1) {
  const pipeline = new CameraPipeline({ config, card, trackPrefix: 'T' });
  const size = [1280 * scale, 720 * scale] as const;
  const scaled = people.map((box) => box.map((side) => side * scale) as Box);
  const asked: number[] = [];
  const verdicts = [];
  /** What each track was ever told to wear, helmet and vest. */
  const told = new Map<string, Set<string>>();
  for (let ms = 0; ms < 4000; ms += 200) {
    const { judged = [] } = pipeline.detectOptions(meta(ms, size));
    asked.push(judged.length);
    const outcome = pipeline.process(meta(ms, size), frame(scaled, judged));
    verdicts.push(...outcome.verdicts);
    for (const { track, equipment } of outcome.observation.people) {
      const before = told.get(track) ?? new Set();
      told.set(track, before.add(`${equipment.helmet} ${equipment.vest}`));
    }
  }
  return { verdicts, asked, told };
}

describe('people whom the classifier judges', () => {
  it('are recorded by its answers alone, also in a frame of another size than the picture', () => {
    for (const scale of [1, 0.5]) {
      const { verdicts } = play(whole, [person(300)], scale);
      expect(verdicts).toMatchObject([{ rule: 'missing-ppe', item: 'helmet', tracks: ['T-1'] }]);
    }
  });

  it('are told what they wear outside of the zones, too, and nothing is recorded of them there', () => {
    const { verdicts, told } = play(left, [person(300), person(900)]);
    expect(verdicts).toHaveLength(1);
    expect(told.size).toBe(2);
    for (const states of told.values()) expect(states).toContain('missing worn');
  });

  it('are all judged where there are more of them than a frame has time for', () => {
    const crowd = Array.from({ length: 20 }, (_, i) => person(40 + 62 * i));
    const { verdicts, asked } = play(whole, crowd);
    expect(Math.max(...asked)).toBe(card.verdict!.perFrame);
    expect(verdicts).toHaveLength(20);
  });

  it('are looked at seldom once they are settled, and not at all where they are too small', () => {
    const settled = play(whole, [person(300)]).asked;
    expect(settled.slice(-10).reduce((sum, count) => sum + count, 0)).toBeLessThan(6);
    expect(Math.max(...play(whole, [person(300, 45)]).asked)).toBe(0);
  });

  it('are shown with what they wear between two looks, too', () => {
    const { told } = play(whole, [person(300)]);
    // The first frame comes before a person can be asked for.
    expect([...told.values()][0]).toEqual(new Set(['unknown unknown', 'missing worn']));
  });

  it('are not asked for by a camera without a rule on equipment', () => {
    const rules = whole.rules.filter(({ kind }) => kind !== 'missing-ppe');
    expect(Math.max(...play({ ...whole, rules }, [person(300)]).asked)).toBe(0);
  });
});
