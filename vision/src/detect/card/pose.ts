import { z } from 'zod';
import { commonFields, inputFields } from './common.ts';

/** The 17 keypoints of COCO, in its order. */
export const cocoKeypoints = [
  'nose',
  'left-eye',
  'right-eye',
  'left-ear',
  'right-ear',
  'left-shoulder',
  'right-shoulder',
  'left-elbow',
  'right-elbow',
  'left-wrist',
  'right-wrist',
  'left-hip',
  'right-hip',
  'left-knee',
  'right-knee',
  'left-ankle',
  'right-ankle',
] as const;

const share = z.number().min(0).max(1);

/** The card of a model that finds people with their keypoints. */
export const poseCardSchema = z.strictObject({
  ...commonFields,
  task: z.literal('pose-estimation'),
  /** Which points the model gives, in its order; the rules know COCO's. */
  keypoints: z
    .array(z.string())
    .refine(
      (names) => names.join() === cocoKeypoints.join(),
      `must be ${cocoKeypoints.join(', ')}`,
    ),
  input: z.strictObject({
    ...inputFields,
    /** The longer side in pixels; the shorter is padded up to a multiple of `multiple`. */
    size: z.number().int().min(32).max(1024),
    multiple: z.number().int().min(1).max(128),
  }),
  output: z.strictObject({
    name: z.string().min(1),
    head: z.literal('movenet-multipose'),
    /** How many people the model finds at most. */
    people: z.number().int().min(1).max(100),
  }),
  thresholds: z.strictObject({
    /** A pose below this is noise and is thrown away. */
    keep: share,
    /** A pose at or above this is a person, also where the detector of people drew none. */
    person: share,
    /** A keypoint at or above this is believed. */
    keypoint: share,
  }),
  /** The second look, at native resolution, at people too small for the full pass or missed by it. */
  region: z.strictObject({
    /** Side of the square that the model sees, pixels. */
    size: z.number().int().min(32).max(1024),
    /** So many looks a frame at most. */
    perFrame: z.number().int().min(0).max(16),
    /** People smaller than this in the full pass, in pixels of the model's picture, get a look. */
    belowHeight: z.number().positive(),
    /** People smaller than this, in pixels of the picture, are past reading at any size. */
    minHeight: z.number().positive(),
    /** People with a lower score get no look. */
    minScore: share,
    /** Side of the square in the picture, as a share of the longer side of the person's box. */
    side: z.number().min(1).max(3),
    /** The same around the place where somebody was lost, who may lie beside it. */
    lostSide: z.number().min(1).max(4),
  }),
  figures: z.array(
    z.strictObject({
      set: z.string().min(1),
      conditions: z.string().min(1),
      /** The command that repeats the figures. */
      command: z.string().min(1),
      values: z.record(z.string(), z.number()),
    }),
  ),
});

/** A checked card of a pose model and the file of weights that it speaks for. */
export type PoseCard = z.infer<typeof poseCardSchema> & { readonly weightsPath: string };
