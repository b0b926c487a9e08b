import type { CameraConfig, Observation } from '@anshi/contracts';
import { DetectorPool } from '../detect/detector-pool.ts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import type { ConfirmedVerdict, Verdict } from '../judge/verdict.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { type ClipOptions, clipFrames } from './clip-frames.ts';

export interface ClipRun {
  readonly observations: Observation[];
  readonly verdicts: Verdict[];
  readonly confirmed: ConfirmedVerdict[];
}

/**
 * Runs a clip through decoding, inference and a camera's pipeline, with every frame that a camera
 * with this configuration would have analysed. For tests.
 *
 * @param pose is used where the configuration has pose rules.
 */
export async function runClip(
  config: CameraConfig,
  card: PpeCard,
  clip: Pick<ClipOptions, 'file' | 'loops'>,
  pose?: PoseCard,
): Promise<ClipRun> {
  const models = pose ? { pose } : {};
  const pool = await DetectorPool.create({ cards: [card], ...models, threads: 1 });
  const pipeline = new CameraPipeline({ config, card, ...models, trackPrefix: 'T' });
  const observations: Observation[] = [];
  const verdicts: Verdict[] = [];
  try {
    const [width, height] = config.picture;
    const { analysisFps: fps, id: camera } = config;
    for await (const frame of clipFrames({ ...clip, camera, width, height, fps, startAt: 0 })) {
      const found = await pool.detect(frame, pipeline.detectOptions(frame));
      frame.release();
      const outcome = pipeline.process(frame, found);
      observations.push(outcome.observation);
      verdicts.push(...outcome.verdicts);
    }
  } finally {
    await pool.close();
  }
  const confirmed = verdicts.filter((verdict) => verdict.type === 'confirmed');
  return { observations, verdicts, confirmed };
}
