import { join } from 'node:path';
import { type Box, observation as observationSchema, type Point } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import { loadPpeCard, type PoseCard, readModelCard } from '../detect/model-card.ts';
import type { FrameDetections } from '../frame.ts';
import { CameraPipeline, type FrameMeta } from './camera-pipeline.ts';
import { clipCamera } from './clip-config.ts';

const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const CONFIG = clipCamera('gate', [1280, 720], [{ id: 'line', from: [640, 700], to: [640, 100] }]);
const START = Date.UTC(2026, 0, 1);

const meta = (ms: number, width = 1280, height = 720): FrameMeta => ({
  camera: 'gate',
  sequence: ms / 200,
  at: START + ms,
  width,
  height,
});

/** A person without a helmet, scaled from the size in the configured picture. */
function bareHead(x: number, scale = 1, cropped = true): FrameDetections {
  const person: Box = [x - 20, 300, x + 20, 420];
  const scaled = (box: Box) => box.map((value) => value * scale) as Box;
  return {
    detections: [
      { label: 'person', score: 0.8, box: scaled(person) },
      { label: 'head', score: 0.6, box: scaled([x - 8, 300, x + 8, 318]) },
      { label: 'vest', score: 0.7, box: scaled([x - 18, 320, x + 18, 365]) },
    ],
    regions: cropped ? 1 : 0,
    cropped: cropped ? [scaled(person)] : [],
    timings: { wait: 0, prepare: 0, infer: 0, decode: 0 },
  };
}

function play(pipeline: CameraPipeline, from: number, to: number, x: (ms: number) => number) {
  const verdicts = [];
  for (let ms = from; ms < to; ms += 200) {
    verdicts.push(...pipeline.process(meta(ms), bareHead(x(ms))).verdicts);
  }
  return verdicts;
}
const pipelineWith = (more: Partial<ConstructorParameters<typeof CameraPipeline>[0]> = {}) =>
  new CameraPipeline({ config: CONFIG, card, trackPrefix: 'T', ...more });

describe('CameraPipeline', () => {
  it('converts detections into a valid observation and verdicts', () => {
    const pipeline = pipelineWith();
    const verdicts = play(pipeline, 0, 3000, () => 300);
    expect(verdicts).toMatchObject([
      { type: 'confirmed', rule: 'missing-ppe', item: 'helmet', actor: 'T-1', tracks: ['T-1'] },
    ]);
    const { observation } = pipeline.process(meta(3000), bareHead(300));
    expect(observationSchema.parse(observation)).toEqual(observation);
    expect(observation.people).toMatchObject([
      {
        equipment: { helmet: 'missing', vest: 'worn' },
        zones: ['everywhere'],
        violations: ['missing-ppe'],
        floor: null,
      },
    ]);
  });

  it('scales a stream of another size to picture pixels, and back for the crops', () => {
    const pipeline = pipelineWith();
    for (let ms = 0; ms < 1000; ms += 200) {
      const { observation } = pipeline.process(meta(ms, 640, 360), bareHead(300, 0.5));
      expect(observation.width).toBe(1280);
      expect(observation.people[0]!.box[3]).toBeCloseTo(420, -1);
    }
    expect(pipeline.problems).toEqual([]);
    const { targets } = pipeline.detectOptions(meta(1000, 640, 360));
    expect(targets![0]![3]).toBeCloseTo(210, -1);
    pipeline.process(meta(1200, 640, 480), bareHead(300, 0.5));
    expect(pipeline.problems[0]).toContain('the stream is 640 x 480');
  });

  it('says where each person moves to, and which frame of the live stream it is', () => {
    const pipeline = pipelineWith();
    let last = pipeline.process(meta(0), bareHead(300)).observation;
    expect(last.rtpTimestamp).toBeUndefined();
    for (let ms = 200; ms <= 2000; ms += 200) {
      // 80 pixels a second in the picture, at half its size in the stream.
      const frame = { ...meta(ms, 640, 360), rtpTimestamp: 90 * ms };
      last = pipeline.process(frame, bareHead(300 + 0.08 * ms, 0.5)).observation;
    }
    expect(last.rtpTimestamp).toBe(180_000);
    const [right, down] = last.people[0]!.velocity!;
    expect(right).toBeGreaterThan(65);
    expect(right).toBeLessThan(95);
    expect(Math.abs(down)).toBeLessThan(10);
  });

  it('says nothing of a zone while the stream has another shape than its outlines', () => {
    const rule = {
      kind: 'over-occupancy',
      id: 'crowd',
      severity: 'medium',
      zone: 'everywhere',
      maxPeople: 1,
      confirmSeconds: 2,
    } as const;
    const two = (x: number): FrameDetections => {
      const found = bareHead(x);
      return { ...found, detections: [...found.detections, ...bareHead(x + 300).detections] };
    };
    const records = (height: number) => {
      const pipeline = pipelineWith({ config: { ...CONFIG, rules: [rule] } });
      return Array.from({ length: 60 }, (_, i) =>
        pipeline.process(meta(200 * i, 1280, height), two(300)),
      );
    };
    const shaped = records(720);
    expect(shaped.flatMap(({ verdicts }) => verdicts)).toMatchObject([
      { rule: 'over-occupancy', subject: 'zone', zone: 'everywhere', box: null },
    ]);
    expect(shaped.some(({ observation }) => 'degraded' in observation)).toBe(false);
    const other = records(960);
    expect(other.every(({ observation }) => observation.degraded)).toBe(true);
    expect(other.flatMap(({ verdicts }) => verdicts)).toEqual([]);
  });

  it('places a person cut off by the lower edge in the zone that reaches it', () => {
    const pipeline = pipelineWith();
    for (const bottom of [715, 720, 733]) {
      const box: Box = [300, 500, 380, bottom];
      const found = { ...bareHead(340), detections: [{ label: 'person', score: 0.9, box }] };
      const { people } = pipeline.process(meta(bottom * 200), found).observation;
      expect(people.map(({ zones }) => zones)).toEqual([['everywhere']]);
      const { targets } = pipeline.detectOptions(meta(bottom * 200 + 200));
      expect(targets).toHaveLength(1);
    }
  });

  it('reports unknown equipment for a small person without a crop', () => {
    const pipeline = pipelineWith();
    const cropped = pipeline.process(meta(0), bareHead(300)).observation.people[0]!;
    const small = pipeline.process(meta(200), bareHead(300, 1, false)).observation.people[0]!;
    expect(cropped.equipment).toEqual({ helmet: 'missing', vest: 'worn' });
    expect(small.equipment).toEqual({ helmet: 'unknown', vest: 'unknown' });
  });

  it('requests crops only where a PPE rule applies, less often once the state is settled', () => {
    const pipeline = pipelineWith();
    pipeline.process(meta(0), bareHead(300));
    expect(pipeline.detectOptions(meta(200)).targets).toHaveLength(1);
    play(pipeline, 200, 2000, () => 300);
    expect(pipeline.detectOptions(meta(2000)).targets).toHaveLength(0);
    expect(pipeline.detectOptions(meta(2400)).targets).toHaveLength(1);
    pipeline.reconfigure({
      ...CONFIG,
      rules: CONFIG.rules.filter(({ kind }) => kind !== 'missing-ppe'),
    });
    expect(pipeline.detectOptions(meta(2400)).targets).toHaveLength(0);
  });

  it('searches each tile for distant people once per configured interval', () => {
    const searched = (closeLooks: typeof CONFIG.closeLooks) => {
      const pipeline = pipelineWith({ config: { ...CONFIG, closeLooks } });
      const tiles: unknown[] = [];
      for (let ms = 0; ms < 4000; ms += 200) tiles.push(pipeline.detectOptions(meta(ms)).search);
      return tiles.filter((tile) => tile !== undefined);
    };
    expect(searched({ ...CONFIG.closeLooks, searchSeconds: 4 })).toEqual([0, 1, 2, 3, 4, 5]);
    expect(searched({ ...CONFIG.closeLooks, searchSeconds: 0 })).toEqual([]);
    expect(searched({ ...CONFIG.closeLooks, perFrame: 0 })).toEqual([]);
  });

  it('takes the crop budget from the camera’s configuration', () => {
    const closeLooks = { perFrame: 2, megapixels: 0.1, searchSeconds: 0 };
    const pipeline = pipelineWith({ config: { ...CONFIG, closeLooks } });
    const options = pipeline.detectOptions(meta(0));
    expect(options).toMatchObject({ regionBudget: 2, regionPixels: 100_000 });
  });

  it('crops an expected person whom the full pass missed', () => {
    const pipeline = pipelineWith();
    play(pipeline, 0, 600, () => 300);
    const nobody = { ...bareHead(300), detections: [] };
    pipeline.process(meta(600), nobody);
    expect(pipeline.detectOptions(meta(800)).targets).toHaveLength(1);
    pipeline.process(meta(800), nobody);
    pipeline.process(meta(1400), nobody);
    expect(pipeline.detectOptions(meta(1600)).targets).toHaveLength(0);
  });

  it('does not track boxes far too large for a person at their place', () => {
    const floor: Point[] = [
      [0, 0],
      [6, 0],
      [0, 6],
      [6, 6],
    ];
    const picture: Point[] = [
      [237, 610],
      [1043, 610],
      [411, 307],
      [869, 307],
    ];
    const calibration = floor.map((point, i) => ({ floor: point, picture: picture[i]! }));
    const pipeline = pipelineWith({ config: { ...CONFIG, calibration } });
    expect(pipeline.problems).toEqual([]);
    const seen = (ms: number, box: Box) => {
      const found = { ...bareHead(300), detections: [{ label: 'person', score: 0.9, box }] };
      return pipeline.process(meta(ms), found).observation.people.length;
    };
    expect(seen(0, [500, 220, 560, 400])).toBe(1);
    expect(seen(200, [700, 10, 1240, 420])).toBe(0);
  });

  it('keeps tracks and episodes over a changed configuration', () => {
    const pipeline = pipelineWith();
    expect(play(pipeline, 0, 3000, () => 300)).toHaveLength(1);
    pipeline.reconfigure({ ...CONFIG, analysisFps: 4 });
    expect(play(pipeline, 3000, 6000, () => 300)).toEqual([]);
  });

  it('ends open episodes once when its camera is removed', () => {
    const pipeline = pipelineWith();
    const [record] = play(pipeline, 0, 3000, () => 300);
    expect(pipeline.endEpisodes()).toMatchObject([
      { type: 'ended', violation: record!.violation, endedAt: START + 2800 },
    ]);
    expect(pipeline.endEpisodes()).toEqual([]);
    expect(pipeline.exportState().actors).toEqual([]);
  });

  it('continues after a restart from its saved state without a duplicate record', () => {
    const before = pipelineWith();
    const [record] = play(before, 0, 3000, () => 300);
    const state = JSON.parse(JSON.stringify(before.exportState()));
    const after = pipelineWith({ state, trackPrefix: 'U' });
    expect(play(after, 9000, 15_000, () => 310)).toEqual([]);
    const ended = [];
    for (let ms = 15_000; ms < 25_000; ms += 200) {
      const nobody = { ...bareHead(0), detections: [] };
      ended.push(...after.process(meta(ms), nobody).verdicts);
    }
    expect(ended).toMatchObject([{ type: 'ended', violation: record!.violation }]);
  });

  it('ignores an invalid saved state, or another camera’s, with a message', () => {
    expect(pipelineWith({ state: { version: 7 } }).problems[0]).toContain('version');
    const other = { ...pipelineWith().exportState(), camera: 'yard' };
    expect(pipelineWith({ state: other }).problems[0]).toContain('it is of camera "yard"');
  });

  it('locates people in metres, and ignores an inaccurate calibration', () => {
    const pairs = (shift: number) =>
      (
        [
          [0, 100],
          [1280, 100],
          [1280, 720],
          [0, 720],
          [640, 400],
        ] as Point[]
      ).map((picture, i) => ({
        picture,
        floor: [picture[0] / 100 + (i === 4 ? shift : 0), (720 - picture[1]) / 100] as Point,
      }));
    const good = pipelineWith({ config: { ...CONFIG, calibration: pairs(0) } });
    const { floor, floorDeviation } = good.process(meta(0), bareHead(300)).observation.people[0]!;
    expect(floor![0]).toBeCloseTo(3, 1);
    expect(floor![1]).toBeCloseTo(3.12, 1);
    expect(floorDeviation).toBeGreaterThan(0.01);
    const bad = pipelineWith({ config: { ...CONFIG, calibration: pairs(4) } });
    expect(bad.problems[0]).toMatch(/camera "gate": calibration: .*the largest error is/);
    expect(bad.process(meta(0), bareHead(300)).observation.people[0]!.floor).toBeNull();
  });

  it('accepts repeated, late and set-back frames', () => {
    const pipeline = pipelineWith();
    const verdicts = [];
    for (let ms = 0; ms < 6000; ms += 200) {
      verdicts.push(...pipeline.process(meta(ms), bareHead(300)).verdicts);
      verdicts.push(...pipeline.process(meta(ms), bareHead(300)).verdicts);
      verdicts.push(...pipeline.process(meta(ms - 600), bareHead(300)).verdicts);
    }
    expect(verdicts).toHaveLength(1);
    for (let ms = -900_000; ms < -890_000; ms += 200) {
      verdicts.push(...pipeline.process(meta(ms), bareHead(300)).verdicts);
    }
    expect(verdicts).toHaveLength(1);
  });
});

describe('poses', () => {
  const read = readModelCard(join(import.meta.dirname, '../../../models/pose'));
  const pose = { ...read, weightsPath: '' } as PoseCard;
  const DOWN = { kind: 'person-down', id: 'down', severity: 'high' } as const;
  const config = clipCamera('gate', [1280, 720], [], [DOWN]);
  const box: Box = [200, 300, 310, 340];
  /** A lying person that the detector misses, in a frame of half the size. */
  const lying: FrameDetections = {
    ...bareHead(0),
    detections: [],
    cropped: [],
    poses: [
      {
        score: 0.512_34,
        box,
        keypoints: Array.from({ length: 17 }, (_, i) => [200.123 + 6 * i, 320, 0.777]),
      },
    ],
  };

  it('are requested only where a rule needs them, also around lost people', () => {
    const plain = pipelineWith({ pose });
    expect(plain.detectOptions(meta(0))).toMatchObject({ poses: false, posesAt: [] });
    const pipeline = pipelineWith({ config, pose });
    for (let ms = 0; ms < 1000; ms += 200) pipeline.process(meta(ms), bareHead(300));
    pipeline.process(meta(1000), { ...bareHead(300), detections: [], cropped: [] });
    const { poses, posesAt } = pipeline.detectOptions(meta(1200, 640, 360));
    expect(poses).toBe(true);
    expect(posesAt).toHaveLength(1);
    expect(posesAt![0]![3]).toBeCloseTo(210, -1);
  });

  it('add a person that the detector missed, in picture pixels, rounded', () => {
    const pipeline = pipelineWith({ config, pose });
    pipeline.process(meta(0, 640, 360), lying);
    const { observation } = pipeline.process(meta(200, 640, 360), lying);
    expect(observationSchema.parse(observation)).toEqual(observation);
    const [person, ...others] = observation.people;
    expect(others).toEqual([]);
    expect(person!.pose!.score).toBe(0.51);
    expect(person!.pose!.keypoints[0]).toEqual([400.2, 640, 0.78]);
    for (const i of [0, 1, 2, 3]) expect(person!.box[i]).toBeCloseTo(2 * box[i]!, -1);
    // Sent to browsers five times a second, for each person.
    expect(JSON.stringify(person!.pose).length).toBeLessThan(420);
  });

  it('are skipped without a pose model, with the names of the affected rules', () => {
    const pipeline = pipelineWith({ config, pose: 'models/pose/card.yaml: weights are not there' });
    expect(pipeline.problems).toEqual([
      'camera "gate": rules that need poses do not run ("down"): models/pose/card.yaml: weights are not there',
    ]);
    expect(pipeline.detectOptions(meta(0)).poses).toBe(false);
    pipeline.process(meta(0, 640, 360), lying);
    expect(pipeline.process(meta(200, 640, 360), lying).observation.people).toEqual([]);
    pipeline.reconfigure(CONFIG);
    expect(pipeline.problems).toEqual([]);
  });
});
