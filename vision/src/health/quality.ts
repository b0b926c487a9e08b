import type { CameraHealth } from '@anshi/contracts';

export interface QualityInput {
  readonly live: boolean;
  /** Frames received for analysis per second. */
  readonly arrivedFps: number;
  /** Frames due per second: the lower of the wanted rate and the camera's own. */
  readonly dueFps: number;
  readonly reconnectsLastHour: number;
  readonly stallsLastHour: number;
}

/**
 * Grades a camera for the camera wall:
 *
 * | grade | received of due frames | reconnects an hour | stalls an hour |
 * |---|---|---|---|
 * | excellent | >= 90 % | <= 1 | 0 |
 * | fair | >= 70 % | <= 5 | <= 2 |
 * | poor | fewer | more | more |
 * | offline | the camera gives no picture now | | |
 */
export function gradeQuality(input: QualityInput): CameraHealth['quality'] {
  if (!input.live) return 'offline';
  const ratio = input.dueFps > 0 ? input.arrivedFps / input.dueFps : 1;
  if (ratio >= 0.9 && input.reconnectsLastHour <= 1 && input.stallsLastHour === 0) {
    return 'excellent';
  }
  if (ratio >= 0.7 && input.reconnectsLastHour <= 5 && input.stallsLastHour <= 2) return 'fair';
  return 'poor';
}
