import { z } from 'zod';
import { detectedBox } from '../events/violation.ts';
import { box, instant, point, score, slug } from '../primitives.ts';
import { armingSeen } from './arming.ts';
import { machineSeen } from './machine-state.ts';
import { grantNumber } from './worker-heartbeat.ts';

/** A hidden head is `unknown`: neither compliant nor a violation. */
export const ppeState = z.enum(['worn', 'missing', 'unknown']);
export type PpeState = z.infer<typeof ppeState>;

/** Whether each item of protective equipment is worn, by its id: a word of the dictionary `ppe-item`. */
export const equipment = z.record(slug, ppeState);
export type Equipment = z.infer<typeof equipment>;

/**
 * Where the body of a person is in the picture: 17 keypoints in the order of COCO (nose, eyes, ears,
 * shoulders, elbows, wrists, hips, knees, ankles; left before right, as the person has them).
 */
export const pose = z.object({
  score: score.describe("The model's score of the whole pose."),
  keypoints: z
    .array(z.tuple([z.number(), z.number(), score]))
    .length(17)
    .describe("x and y in picture pixels and the model's score, in the order of COCO."),
});
export type Pose = z.infer<typeof pose>;

/** One person in one analysed frame. */
export const trackedPerson = z.object({
  track: z.string().describe('The same person in the frames of one camera, while it is in sight.'),
  box: box.describe('Picture pixels: left, top, right, bottom.'),
  score: score.describe("The detector's score of the person."),
  floor: point
    .nullable()
    .describe('Foot point on the floor plan in metres; null where the camera is not calibrated.'),
  floorDeviation: z
    .number()
    .nullable()
    .describe('Standard deviation of the foot point in metres; null without one.'),
  floorCovariance: z
    .tuple([z.number(), z.number(), z.number()])
    .nullable()
    .optional()
    .describe(
      'Variance along x, covariance of x and y, and variance along y of the foot point in square metres; null without one. Left out by workers before 2026-11-28.',
    ),
  velocity: z
    .tuple([z.number(), z.number()])
    .optional()
    .describe(
      'Of the centre of the box, picture pixels a second to the right and down, for the moments between two frames. Left out by workers before 2026-11-30.',
    ),
  equipment: equipment.describe('The items that the camera’s model sees, by id.'),
  pose: pose
    .nullable()
    .default(null)
    .describe('Null where the frame was not analysed for poses, or none matches this person.'),
  zones: z.array(slug).describe('Ids of the zones that the foot point is in.'),
  violations: z
    .array(z.string())
    .describe('Ids of the rules that hold against this person now, confirmed.'),
});
export type TrackedPerson = z.infer<typeof trackedPerson>;

/** What was seen in one analysed frame of one camera. QoS 0: a lost one is not sent again. */
export const observation = z.object({
  camera: slug.describe('Id of the camera.'),
  at: instant.describe('Stream clock of the frame.'),
  rtpTimestamp: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .optional()
    .describe(
      'RTP timestamp of the same frame in the live stream, ticks of 1/90000 s (RFC 6184): what `rtpTimestamp` of `requestVideoFrameCallback` says. Left out where it is not known.',
    ),
  width: z.number().int().positive().describe('Width of the picture that the pixels refer to.'),
  height: z.number().int().positive().describe('Height of that picture.'),
  people: z.array(trackedPerson).describe('All people in the frame.'),
  parts: z.array(detectedBox).describe('Helmets, heads, vests … that the model drew.'),
  machines: z.array(machineSeen).default([]).describe("The machines that the camera's rules name."),
  arming: z
    .array(armingSeen)
    .optional()
    .describe('What the API says of the arming of its zones and rules; left out where none asks.'),
  grant: grantNumber
    .optional()
    .describe("Fencing number of the worker's grant; left out where it has none."),
  degraded: z
    .literal(true)
    .optional()
    .describe(
      'The picture is not the one that the camera was set up for, such as one of another shape: people in it cannot be counted. Left out where all is well.',
    ),
});
export type Observation = z.infer<typeof observation>;
