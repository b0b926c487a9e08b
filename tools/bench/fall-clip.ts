import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import type { DetectorPool } from '../../vision/src/detect/detector-pool.ts';
import type { PoseCard, PpeCard } from '../../vision/src/detect/model-card.ts';
import type { FrameDetections } from '../../vision/src/frame.ts';
import { CameraPipeline } from '../../vision/src/pipeline/camera-pipeline.ts';
import { clipCamera } from '../../vision/src/pipeline/clip-config.ts';
import { clipFrames } from '../../vision/src/pipeline/clip-frames.ts';

const execute = promisify(execFile);

/**
 * The last frame is repeated for this long, so that the confirm time can pass in a clip that ends
 * early.
 */
const HELD_SECONDS = 5;

export interface FallClip {
  file: string;
  /** Ground truth, seconds. */
  fall: readonly [number, number] | null;
  /** From the true start of the fall to the record, seconds; null where there is no record. */
  delay: number | null;
  /** False records. */
  alarms: number;
  /** Every record, seconds: start of its evidence, and time of confirmation. */
  records: { from: number; confirmed: number }[];
  frames: number;
}

export interface FallClipOptions {
  readonly file: string;
  readonly card: PpeCard;
  readonly pose: PoseCard;
  readonly pool: DetectorPool;
  /** Analysed frames a second. */
  readonly fps: number;
  readonly fall: readonly [number, number] | null;
  /**
   * A record whose evidence starts earlier than this before the fall does not belong to it,
   * seconds.
   */
  readonly early: number;
}

/** Runs one clip through the pipeline of a camera whose only rule is `person-down`. */
export async function watchClip(options: FallClipOptions): Promise<FallClip> {
  const { file, card, pose, pool, fps, fall, early } = options;
  const [width, height] = await pictureSize(file);
  const plain = clipCamera('fall', [width, height], []);
  const config = {
    ...plain,
    analysisFps: fps,
    rules: [{ kind: 'person-down' as const, id: 'down', severity: 'high' as const }],
  };
  const pipeline = new CameraPipeline({ config, card, pose, trackPrefix: 'T' });
  const records: FallClip['records'] = [];
  let frames = 0;
  let last: { at: number; found: FrameDetections } | undefined;
  const take = (at: number, found: FrameDetections) => {
    const meta = { camera: 'fall', sequence: frames++, at, width, height };
    for (const verdict of pipeline.process(meta, found).verdicts) {
      if (verdict.type !== 'confirmed') continue;
      records.push({ from: verdict.startedAt / 1000, confirmed: verdict.confirmedAt / 1000 });
    }
  };
  for await (const frame of clipFrames({ file, camera: 'fall', width, height, fps, startAt: 0 })) {
    const found = await pool.detect(frame, pipeline.detectOptions(frame));
    frame.release();
    last = { at: frame.at, found };
    take(frame.at, found);
  }
  if (!last) throw new Error(`${file}: no picture in it`);
  // The detector is deterministic: the same frame gives the same result.
  for (let i = 1; i <= HELD_SECONDS * fps; i++) {
    take(last.at + Math.round((i * 1000) / fps), last.found);
  }
  const ofFall = fall ? records.filter(({ from }) => from >= fall[0] - early) : [];
  const first = ofFall[0];
  return {
    file: basename(file),
    fall,
    delay: first && fall ? round(first.confirmed - fall[0]) : null,
    alarms: records.length - ofFall.length,
    records: records.map(({ from, confirmed }) => ({
      from: round(from),
      confirmed: round(confirmed),
    })),
    frames,
  };
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;

/** Width and height of a clip in pixels. */
export async function pictureSize(file: string): Promise<[number, number]> {
  const { stdout } = await execute('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'stream=width,height',
    '-of',
    'csv=p=0',
    file,
  ]);
  const [width, height] = stdout.trim().split(',').map(Number);
  if (!width || !height) throw new Error(`${file}: ffprobe found no video in it`);
  return [width, height];
}
