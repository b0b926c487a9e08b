import type { Box, Pose } from '@anshi/contracts';

/**
 * One decoded picture of a camera at its native size (or at the capped analysis size), planar
 * YUV 4:2:0 (I420: width*height luma, then two quarter planes), limited range, BT.709.
 *
 * The pixels lie in a slot of shared memory, so that inference threads read them without a copy.
 * The receiver of a frame calls `release` once; the slot is then reused.
 */
export interface Frame {
  readonly camera: string;
  /** Frame counter of this camera since the worker started. */
  readonly sequence: number;
  /** Exposure time, milliseconds since the epoch, from the stream clock. */
  readonly at: number;
  /** With which viewers of the live stream get it, ticks of 1/90000 s; left out where not known. */
  readonly rtpTimestamp?: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: SharedArrayBuffer;
  release(): void;
}

/** A detection, box in frame pixels. */
export interface Detection {
  /** `person`, `helmet`, `head`, `vest`, `no_vest` for the PPE model. */
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

/** A pose with its bounding box, both in frame pixels. */
export interface DetectedPose extends Pose {
  readonly box: Box;
}

/** What the classifier says of one item of a person: probabilities; the rest is "cannot tell". */
export interface ItemAnswer {
  readonly worn: number;
  readonly missing: number;
}

/** The answers for one person, by item. */
export interface PersonAnswers {
  /** What the classifier looked at, frame pixels. */
  readonly box: Box;
  /** Index in `judged` of the request; without a request in the people who were found. */
  readonly of: number;
  readonly items: Readonly<Record<string, ItemAnswer>>;
}

/** Whether a person stands out enough for a report that an item is missing. */
export interface PersonContrast {
  readonly box: Box;
  readonly isLegible: boolean;
}

/** The result of the detect stage for one frame. */
export interface FrameDetections {
  readonly detections: Detection[];
  /** Number of native-resolution regions of the second pass (tiles and crops). */
  readonly regions: number;
  /** Width and height of their tensors, pixels. */
  readonly regionSizes?: readonly (readonly [number, number])[];
  /** Boxes of the cropped people; one crop may hold several. */
  readonly cropped?: readonly Box[];
  /** For each of `cropped`, the index in `targets`; null for an unrequested one. */
  readonly targetOf?: readonly (number | null)[];
  /** Of the people whom a classifier judged; left out where the model has none. */
  readonly answers?: readonly PersonAnswers[];
  /** Of the people who were found or judged; left out where the card asks for no contrast. */
  readonly contrasts?: readonly PersonContrast[];
  /** Left out where poses were not requested. */
  readonly poses?: readonly DetectedPose[];
  /** The picture is like the last empty one. */
  readonly still?: true;
  /** No model ran, because it is like the last empty one; `detections` is empty. */
  readonly rested?: true;
  /** Milliseconds: waiting for a thread, preprocessing, inference, decoding. */
  readonly timings: {
    readonly wait: number;
    readonly prepare: number;
    readonly infer: number;
    readonly decode: number;
  };
}

/** Pixels of one's own: the memory of a frame is used again. */
export function copyOf(memory: SharedArrayBuffer): ArrayBuffer {
  const pixels = new ArrayBuffer(memory.byteLength);
  new Uint8Array(pixels).set(new Uint8Array(memory));
  return pixels;
}
