import type { Box, CameraConfig, Observation } from '@anshi/contracts';
import type { ModelCard } from '../detect/model-card.ts';
import type { FrameDetections } from '../frame.ts';
import type { Verdict } from '../judge/verdict.ts';

/** What is known of a frame besides its pixels. */
export interface FrameMeta {
  readonly camera: string;
  readonly sequence: number;
  /** Stream clock, milliseconds since the epoch. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

/** What one analysed frame gave. */
export interface FrameOutcome {
  /** Coordinates in pixels of the camera's configured `picture`. */
  readonly observation: Observation;
  readonly verdicts: Verdict[];
}

/** JSON that lets a restarted worker go on without recording an open episode again. */
export type CameraState = Record<string, unknown>;

export interface CameraPipelineOptions {
  readonly config: CameraConfig;
  readonly card: ModelCard;
  /** What {@link CameraPipeline.exportState} of an earlier run gave; a bad one is refused with an error. */
  readonly state?: unknown;
}

/** track -> locate -> judge of one camera. Not thread safe; feed frames in the order of their time. */
export class CameraPipeline {
  /** What is wrong with the configuration and was left out, e.g. a refused calibration. */
  readonly problems: string[] = [];

  constructor(_options: CameraPipelineOptions) {}

  process(_meta: FrameMeta, _found: FrameDetections): FrameOutcome {
    throw new Error('in work');
  }

  /** Boxes in frame pixels whose people should get the next close looks, most urgent first. */
  lookAt(_meta: { width: number; height: number }): Box[] {
    return [];
  }

  /** Takes a changed configuration; tracks and open episodes of rules that stay are kept. */
  reconfigure(_config: CameraConfig): void {}

  exportState(): CameraState {
    return {};
  }
}
