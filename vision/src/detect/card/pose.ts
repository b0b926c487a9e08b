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

/** The card of a multi-person pose model. */
export const poseCardSchema = z.strictObject({
  ...commonFields,
  task: z.literal('pose-estimation'),
  /** The keypoints of the model, in its order; the rules need COCO's. */
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
    /** Maximum number of people that the model detects. */
    people: z.number().int().min(1).max(100),
  }),
  thresholds: z.strictObject({
    /** Poses below this score are discarded as noise. */
    keep: share,
    /** A pose at or above this score is a person, even without a detected box. */
    person: share,
    /** A keypoint at or above this score is used. */
    keypoint: share,
  }),
  /**
   * The second pass on native-resolution crops of people that the full pass missed or shows too
   * small.
   */
  region: z.strictObject({
    /** Side of the crop's tensor, pixels. */
    size: z.number().int().min(32).max(1024),
    /** Maximum number of crops per frame. */
    perFrame: z.number().int().min(0).max(16),
    /** People smaller than this in the full pass, in tensor pixels, get a crop. */
    belowHeight: z.number().positive(),
    /** People smaller than this, in picture pixels, are not detectable at any resolution. */
    minHeight: z.number().positive(),
    /** People with a lower score get no crop. */
    minScore: share,
    /** Side of the crop in the picture, as a factor of the longer side of the person's box. */
    side: z.number().min(1).max(3),
    /** The same around the last place of a lost person, who may lie beside it. */
    lostSide: z.number().min(1).max(4),
  }),
  figures: z.array(
    z.strictObject({
      set: z.string().min(1),
      conditions: z.string().min(1),
      /** The command that reproduces the figures. */
      command: z.string().min(1),
      values: z.record(z.string(), z.number()),
    }),
  ),
});

/** A checked card of a pose model and its weights file. */
export type PoseCard = z.infer<typeof poseCardSchema> & { readonly weightsPath: string };
