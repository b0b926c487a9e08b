import { z } from 'zod';
import { detectedBox } from '../events/violation.ts';
import { box, instant, point, score, slug } from '../primitives.ts';
import { machineSeen } from './machine-state.ts';

/** A hidden head is `unknown`: neither compliant nor a violation. */
export const ppeState = z.enum(['worn', 'missing', 'unknown']);
export type PpeState = z.infer<typeof ppeState>;

/**
 * Where the body of a person is in the picture: 17 keypoints in the order of COCO (nose, eyes, ears,
 * shoulders, elbows, wrists, hips, knees, ankles; left before right, as the person has them).
 */
export const pose = z.object({
  score,
  /** x and y in picture pixels, and the model's score of the point. */
  keypoints: z.array(z.tuple([z.number(), z.number(), score])).length(17),
});
export type Pose = z.infer<typeof pose>;

/** One person in one analysed frame. */
export const trackedPerson = z.object({
  track: z.string(),
  /** Picture pixels. */
  box,
  score,
  /** Foot point on the floor plan in metres, with its standard deviation; null if not calibrated. */
  floor: point.nullable(),
  floorDeviation: z.number().nullable(),
  helmet: ppeState,
  vest: ppeState,
  /** Null where the frame was not looked at for poses, or none fits this person. */
  pose: pose.nullable().default(null),
  /** Ids of the zones that the foot point is in. */
  zones: z.array(slug),
  /** Rules that hold against this person now, confirmed. */
  violations: z.array(z.string()),
});
export type TrackedPerson = z.infer<typeof trackedPerson>;

/** What was seen in one analysed frame of one camera. QoS 0: a lost one is not sent again. */
export const observation = z.object({
  camera: slug,
  /** Stream clock of the frame. */
  at: instant,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  people: z.array(trackedPerson),
  /** Helmets, heads and vests that the model drew. */
  parts: z.array(detectedBox),
  /** The machines that the camera's rules name. */
  machines: z.array(machineSeen).default([]),
});
export type Observation = z.infer<typeof observation>;
