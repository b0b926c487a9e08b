import type { Detection, FrameDetections } from '../frame.ts';
import type { Crop } from './crop-layout.ts';
import type { DetectOptions } from './detect-options.ts';
import type { PoseCard, PpeCard } from './model-card.ts';
import type { InferenceTimes } from './model-session.ts';
import type { PlanarPicture } from './prepare.ts';

/** The workerData of an inference thread, from `DetectorPool`. */
export interface ThreadData {
  readonly cards: readonly PpeCard[];
  readonly pose: PoseCard | null;
  readonly permits: SharedArrayBuffer;
  readonly thread: number;
}

/** One frame to analyse. */
export interface FrameTask extends PlanarPicture {
  readonly kind: 'frame';
  readonly id: number;
  /** `performance.timeOrigin + performance.now()` of the sender. */
  readonly sentAt: number;
  readonly sequence: number;
  readonly options: DetectOptions;
}

/** The crops of a frame whose thread asks for help. */
export interface CropTask extends PlanarPicture {
  readonly kind: 'crops';
  /** Of the frame. */
  readonly id: number;
  readonly model: string;
  readonly crops: readonly Crop[];
  /** Memory of `CropClaims`. */
  readonly claims: SharedArrayBuffer;
}

/** What a helping thread read. */
export interface CropsRead {
  /** Index in the crops of the task, and the detections in picture pixels. */
  readonly found: readonly { readonly crop: number; readonly detections: readonly Detection[] }[];
  readonly times: InferenceTimes;
}

/** All helpers of a frame are done; crops that nobody read are left to its own thread. */
export interface HelpEnded {
  readonly kind: 'help-ended';
  readonly id: number;
  readonly read: readonly CropsRead[];
}

/** `close`: exit after the frame in progress. */
export type ThreadMessage = FrameTask | CropTask | HelpEnded | 'close';

export type ThreadAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'found'; readonly id: number; readonly found: FrameDetections }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** Asks for help; the answer is {@link HelpEnded}, in any case. */
  | { readonly kind: 'help'; readonly task: CropTask }
  | { readonly kind: 'helped'; readonly id: number; readonly read: CropsRead };
