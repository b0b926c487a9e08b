import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box, Pose } from '@anshi/contracts';
import { z } from 'zod';
import { iou } from '../src/boxes.ts';
import { loadPoseCard, loadPpeCard, MADE_MODELS } from '../src/detect/model-card.ts';
import { ModelRunner } from '../src/detect/model-runner.ts';
import { poseFit } from '../src/detect/pose-fit.ts';
import { PoseRunner } from '../src/detect/pose-runner.ts';
import type { DetectedPose } from '../src/frame.ts';
import { CameraPipeline } from '../src/pipeline/camera-pipeline.ts';
import { clipCamera } from '../src/pipeline/clip-config.ts';
import { clipFrames } from '../src/pipeline/clip-frames.ts';

/*
 * Poses of the people in the rendered clips, by their height in the picture: how many are detected,
 * and the error of feet and head, with the full pass alone and with a camera's whole pipeline
 * including its crops. Explained in docs/benches.md.
 */

/** Target share of the people of 100 to 280 px that must be detected. */
const LEAST_READ = 0.85;
/** Analysed frames a second. */
const FPS = 6;
/**
 * Distance of the nose below the top of the box, as a share of the height; includes the rendered
 * helmets.
 */
const NOSE = 0.09;

const root = join(import.meta.dirname, '../..');
const clips = join(root, 'simulator/clips');
const ppe = loadPpeCard(join(root, 'models/ppe'));
const made = process.env.ANSHI_MODELS_MADE ?? join(root, MADE_MODELS);
const card = loadPoseCard(join(root, 'models/pose'), made);
const fullOnly = { ...card, region: { ...card.region, perFrame: 0 } };

const truthFile = z.object({
  fps: z.number(),
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

interface Tally {
  people: number;
  read: number;
  /** Shares of the person's height. */
  feet: number[];
  head: number[];
}
const bands = ['100-150', '150-200', '200-280'] as const;
const ways = ['full', 'shipped'] as const;
const tallies = new Map<string, Tally>();
for (const way of ways) {
  for (const band of bands)
    tallies.set(`${way} ${band}`, { people: 0, read: 0, feet: [], head: [] });
}
const cpu = { full: 0, shipped: 0 };
let frames = 0;

const gate = <T>(work: () => Promise<T>) => work();
const finder = await ModelRunner.load(ppe, gate);
const full = await PoseRunner.load(fullOnly, gate);
const shipped = await PoseRunner.load(card, gate);
const down = { kind: 'person-down', id: 'down', severity: 'high' } as const;
for (const clip of ['hall-west', 'hall-east', 'aisle']) {
  const truth = truthFile.parse(
    JSON.parse(readFileSync(join(clips, `${clip}.truth.json`), 'utf8')),
  );
  const config = { ...clipCamera(clip, [1280, 720], [], [down]), analysisFps: FPS };
  const pipeline = new CameraPipeline({ config, card: ppe, pose: card, trackPrefix: 'T' });
  const file = join(clips, `${clip}.mp4`);
  const size = { camera: clip, width: 1280, height: 720 };
  for await (const frame of clipFrames({ file, ...size, fps: FPS, startAt: 0 })) {
    const options = pipeline.detectOptions(frame);
    const found = await finder.detect(frame, frame.sequence, options);
    const people = found.detections.filter(({ label }) => label === 'person');
    const request = { people, expected: options.posesAt ?? [], round: frame.sequence };
    const alone = await timed('full', () => full.detect(frame, request));
    const { poses } = await timed('shipped', () => shipped.detect(frame, request));
    const timings = { wait: 0, ...found.timings };
    const { observation } = pipeline.process(frame, { ...found, poses, timings });
    frame.release();
    frames++;
    const plain = truth.frames[Math.round((frame.sequence * truth.fps) / FPS)]?.workers ?? [];
    for (const { box, inFrame, visible } of plain) {
      if (!box || inFrame < 0.95 || visible < 0.75) continue;
      count('full', box, bestOf(box, alone.poses));
      const tracked = observation.people
        .filter((person) => iou(person.box, box) >= 0.5)
        .sort((one, other) => iou(other.box, box) - iou(one.box, box))[0];
      count('shipped', box, tracked?.pose ?? null);
    }
  }
}

async function timed<T>(way: 'full' | 'shipped', work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const used = process.cpuUsage(before);
  cpu[way] += (used.user + used.system) / 1000;
  return result;
}

/** The pose matched to a ground-truth person. */
function bestOf(box: Box, poses: readonly DetectedPose[]): DetectedPose | null {
  const { person, keypoint } = card.thresholds;
  let best: DetectedPose | null = null;
  let most = 0.35;
  for (const pose of poses) {
    const fit = pose.score >= person ? poseFit(pose, box, keypoint) : 0;
    if (fit > most) [best, most] = [pose, fit];
  }
  return best;
}

function count(way: string, box: Box, pose: Pose | null): void {
  const tall = box[3] - box[1];
  const band = bands.find((one) => {
    const [least, most] = one.split('-').map(Number) as [number, number];
    return tall >= least && tall < most;
  });
  if (!band) return;
  const tally = tallies.get(`${way} ${band}`)!;
  tally.people++;
  if (!pose) return;
  tally.read++;
  const feet = Math.max(pose.keypoints[15]![1], pose.keypoints[16]![1]);
  tally.feet.push(Math.abs(box[3] - feet) / tall);
  tally.head.push(Math.abs(box[1] + NOSE * tall - pose.keypoints[0]![1]) / tall);
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const round = (value: number) => Math.round(value * 1000) / 1000;
const figures: Record<string, number> = { frames };
for (const [name, { people, read, feet, head }] of tallies) {
  const [way, band] = name.split(' ') as [string, string];
  const key = `${way}${band.replace('-', 'to')}`;
  figures[`${key}People`] = people;
  figures[`${key}Read`] = round(people === 0 ? 0 : read / people);
  figures[`${key}Feet`] = round(median(feet));
  figures[`${key}Head`] = round(median(head));
}
figures.cpuFullMs = round(cpu.full / frames);
figures.cpuShippedMs = round(cpu.shipped / frames);
const total = (way: string) => bands.map((band) => tallies.get(`${way} ${band}`)!);
const share = (way: string) =>
  total(way).reduce((sum, { read }) => sum + read, 0) /
  Math.max(
    1,
    total(way).reduce((sum, { people }) => sum + people, 0),
  );
const ratio = round(share('shipped'));
console.log(
  JSON.stringify({
    bench: 'poses',
    ok: ratio >= LEAST_READ,
    figures,
    ratio,
    against: `all people of 100 to 280 px in the rendered clips; at least ${LEAST_READ} of them are read`,
  }),
);
