import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CameraConfig, MachineReport, RuleConfig } from '@anshi/contracts';
import { DetectorPool } from '../../../vision/src/detect/detector-pool.ts';
import {
  loadPoseCard,
  loadPpeCard,
  type PoseCard,
  type PpeCard,
} from '../../../vision/src/detect/model-card.ts';
import { CameraPipeline } from '../../../vision/src/pipeline/camera-pipeline.ts';
import { clipCamera } from '../../../vision/src/pipeline/clip-config.ts';
import { clipFrames } from '../../../vision/src/pipeline/clip-frames.ts';
import { pictureSize } from '../fall-clip.ts';
import { note } from '../result.ts';

/*
 * Real clips in which, by eye, none of the named rules is broken: each record is a wrong one. What the
 * clips show is in ../shared/videos/README.md and vision/src/pipeline/real-clips.md.
 */

const zone = 'everywhere';
const severity = 'medium';
const machine = 'machine-1';
const down: RuleConfig = { kind: 'person-down', id: 'down', severity };
const haste: RuleConfig = { kind: 'running', id: 'haste', severity };
const crowd = (maxPeople: number): RuleConfig => ({
  kind: 'over-occupancy',
  id: 'crowd',
  severity,
  zone,
  maxPeople,
});
/** At least two people at any time, none of whom stays for the whole clip in one place. */
const neverAlone: RuleConfig[] = [
  { kind: 'lone-work', id: 'alone', severity, zone, companyIn: 'picture', confirmSeconds: 5 },
  {
    kind: 'unattended-machine',
    id: 'unattended',
    severity,
    zone,
    confirmSeconds: 5,
    whileMachine: { machine, states: ['running'] },
  },
  { kind: 'loitering', id: 'stays', severity, zone, confirmSeconds: 75 },
];

interface Clip {
  readonly file: string;
  readonly rules: RuleConfig[];
}

/** @returns null where there are no clips. */
export async function watchVideos(
  root: string,
): Promise<{ hours: number; wrong: string[] } | null> {
  const folder = join(process.env.ANSHI_SHARED ?? join(root, '../shared'), 'videos');
  const clips = clipsOf(folder).filter(({ file }) => existsSync(join(folder, file)));
  if (clips.length === 0) return null;
  const card = loadPpeCard(join(root, 'models/ppe'));
  const made = process.env.ANSHI_MODELS_MADE ?? join(root, '.anshi/models');
  const pose = loadPoseCard(join(root, 'models/pose'), made);
  const pool = await DetectorPool.create({ cards: [card], pose, threads: 1 });
  const wrong: string[] = [];
  let seconds = 0;
  try {
    for (const clip of clips) {
      const seen = await watch(join(folder, clip.file), clip.rules, { card, pose, pool });
      seconds += seen.seconds;
      wrong.push(...seen.records.map((record) => `${clip.file}: ${record}`));
      const list = seen.records.map((record) => `, ${record}`).join('');
      note(`${clip.file}: ${seen.seconds.toFixed(0)} s, ${seen.records.length} wrong${list}`);
    }
  } finally {
    await pool.close();
  }
  return { hours: seconds / 3600, wrong };
}

function clipsOf(folder: string): Clip[] {
  const daily = ['1_ADL_10', '1_ADL_16', '2_ADL_23', '3_ADL_07', '3_ADL_15', '3_ADL_18'];
  return [
    { file: 'pedestrians_pets.mp4', rules: [down, haste, crowd(10), ...neverAlone] },
    { file: 'one_by_one.mp4', rules: [down, haste, crowd(2)] },
    { file: 'worker_zone.mp4', rules: [down, haste, crowd(1)] },
    ...daily.map((name) => ({
      file: `fall/Subject_${name}.mp4`,
      rules: [down, haste, crowd(1)],
    })),
    ...movementsOf(join(folder, 'posture/truth.json')).map((name) => ({
      file: `posture/${name}`,
      rules: [down, crowd(1)],
    })),
  ];
}

/** Clips of movements without a fall in which nobody lies. */
function movementsOf(path: string): string[] {
  if (!existsSync(path)) return [];
  const all = JSON.parse(readFileSync(path, 'utf8')) as {
    file: string;
    fall: unknown;
    lying: unknown;
  }[];
  return all.filter(({ fall, lying }) => !fall && !lying).map(({ file }) => file);
}

async function watch(
  file: string,
  rules: RuleConfig[],
  { card, pose, pool }: { card: PpeCard; pose: PoseCard; pool: DetectorPool },
): Promise<{ seconds: number; records: string[] }> {
  const [width, height] = await pictureSize(file);
  const config: CameraConfig = { ...clipCamera('clip', [width, height], []), rules };
  const pipeline = new CameraPipeline({ config, card, pose, trackPrefix: 'T' });
  const records: string[] = [];
  let last = 0;
  const { analysisFps: fps } = config;
  for await (const frame of clipFrames({ file, camera: 'clip', width, height, fps, startAt: 0 })) {
    const found = await pool.detect(frame, pipeline.detectOptions(frame));
    frame.release();
    last = frame.at;
    const told: MachineReport = {
      state: { machine, state: 'running', at: new Date(frame.at).toISOString() },
      receivedAt: frame.at,
    };
    for (const verdict of pipeline.process(frame, found, new Map([[machine, [told]]])).verdicts) {
      if (verdict.type !== 'confirmed') continue;
      records.push(`${verdict.rule} at ${(verdict.confirmedAt / 1000).toFixed(1)} s`);
    }
  }
  return { seconds: last / 1000, records };
}
