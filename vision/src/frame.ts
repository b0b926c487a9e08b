import type { Box, Pose } from '@anshi/contracts';

/**
 * One decoded picture of a camera at its native size (or at the capped analysis size), planar
 * YUV 4:2:0 (I420: width*height luma, then two quarter planes), limited range, BT.709.
 *
 * The pixels lie in a slot of shared memory, so that inference threads read them without a copy.
 * Whoever takes a frame calls `release` once; after that the slot is filled anew.
 */
export interface Frame {
  readonly camera: string;
  /** Counts the frames of this camera since the worker started. */
  readonly sequence: number;
  /** Wall time of the exposure, milliseconds since the epoch, from the stream's own clock. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: SharedArrayBuffer;
  release(): void;
}

/** What a model drew, box in pixels of the frame it looked at. */
export interface Detection {
  /** `person`, `helmet`, `head`, `vest`, `no_vest` for the PPE model. */
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

/** A pose with the box around it, both in pixels of the frame. */
export interface DetectedPose extends Pose {
  readonly box: Box;
}

/** The answer of the detect stage for one frame. */
export interface FrameDetections {
  readonly detections: Detection[];
  /** How many native-resolution regions got a second look. */
  readonly regions: number;
  /** Width and height of their tensors, pixels. */
  readonly regionSizes?: readonly (readonly [number, number])[];
  /** Boxes of the people who were looked at; one region may hold several. */
  readonly looked?: readonly Box[];
  /** For each of `looked`, which box of `lookAt` it answers; null for none. */
  readonly lookedFor?: readonly (number | null)[];
  /** Left out where the frame was not looked at for poses. */
  readonly poses?: readonly DetectedPose[];
  /** Milliseconds: waiting for a thread, preparing pixels, inference, decoding. */
  readonly timings: {
    readonly wait: number;
    readonly prepare: number;
    readonly infer: number;
    readonly decode: number;
  };
}
