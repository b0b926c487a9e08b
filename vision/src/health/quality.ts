import type { CameraHealth, GradeReason } from '@anshi/contracts';

export interface QualityInput {
  readonly live: boolean;
  /** Frames received for analysis per second. */
  readonly arrivedFps: number;
  /** Frames due per second: the lower of the wanted rate and the camera's own. */
  readonly dueFps: number;
  readonly reconnectsLastHour: number;
  readonly stallsLastHour: number;
  /** Share of the people with too little contrast to be judged. */
  readonly illegibleShare: number;
}

/** What a grade still bears. */
interface Bounds {
  readonly ratio: number;
  readonly reconnects: number;
  readonly stalls: number;
  readonly illegible: number;
}
const EXCELLENT: Bounds = { ratio: 0.9, reconnects: 1, stalls: 0, illegible: 0.3 };
const FAIR: Bounds = { ratio: 0.7, reconnects: 5, stalls: 2, illegible: 0.8 };

/**
 * Grades a camera for the camera wall, and says why:
 *
 * | grade | received of due frames | reconnects an hour | stalls an hour | people with too little contrast |
 * |---|---|---|---|---|
 * | excellent | >= 90 % | <= 1 | 0 | < 30 % |
 * | fair | >= 70 % | <= 5 | <= 2 | < 80 % |
 * | poor | fewer | more | more | more |
 * | offline | the camera gives no picture now | | |
 *
 * @returns no reasons for `excellent`, and for `offline`, whose fault says more.
 */
export function gradeQuality(input: QualityInput): {
  grade: CameraHealth['quality'];
  reasons: GradeReason[];
} {
  if (!input.live) return { grade: 'offline', reasons: [] };
  const reasons = beyond(input, EXCELLENT);
  if (reasons.length === 0) return { grade: 'excellent', reasons };
  const worse = beyond(input, FAIR);
  return worse.length === 0 ? { grade: 'fair', reasons } : { grade: 'poor', reasons: worse };
}

function beyond(input: QualityInput, bounds: Bounds): GradeReason[] {
  const ratio = input.dueFps > 0 ? input.arrivedFps / input.dueFps : 1;
  return [
    ...(ratio < bounds.ratio ? ['few-frames' as const] : []),
    ...(input.reconnectsLastHour > bounds.reconnects ? ['reconnects' as const] : []),
    ...(input.stallsLastHour > bounds.stalls ? ['stalls' as const] : []),
    ...(input.illegibleShare >= bounds.illegible ? ['low-contrast' as const] : []),
  ];
}
