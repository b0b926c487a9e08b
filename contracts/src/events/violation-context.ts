import { z } from 'zod';
import { armingSeen } from '../bus/arming.ts';
import { machineSeen } from '../bus/machine-state.ts';
import { badgeHandle } from '../bus/positions.ts';
import { bilingual, instant, point, score } from '../primitives.ts';

/** Where the actor was on the floor at one moment. */
export const pathPoint = z.object({
  at: instant.describe('Stream clock.'),
  floor: point.describe('Foot point on the floor plan in metres, x east, y north.'),
  deviation: z.number().nonnegative().describe('Standard deviation of the foot point in metres.'),
  nearest: z
    .number()
    .nonnegative()
    .nullable()
    .optional()
    .describe(
      'How near another person in the picture came to this place within 2.5 s before or after, in metres; null where none was seen. Left out where it is not known.',
    ),
});
export type PathPoint = z.infer<typeof pathPoint>;

/** The path of an actor before a record goes back this far, and that after it goes on for as long, ms. */
export const PATH_MS = 5_000;
/** Clocks of two cameras may differ by this much: others are looked for over this time, ms. */
export const PATH_CLOCKS_MS = 2_500;

/** What armed the rule, and in which state that was; `unknown` arms it. */
export const violationArming = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('machine').describe('The state of a machine armed it.'),
    machine: machineSeen.describe('The machine that the rule asks for, as it was.'),
  }),
  z.object({
    by: z
      .enum(['shift', 'calendar', 'permit'])
      .describe('A shift, the working calendar or a work permit armed it.'),
    seen: armingSeen.describe('What was known of it; what is not known or over arms.'),
    machine: machineSeen.optional().describe('The machine that the rule asks for as well.'),
  }),
]);
export type ViolationArming = z.infer<typeof violationArming>;

/** What a rule measured until it was confirmed, and what it needed. Times in seconds. */
export const violationWhy = z.object({
  configuration: z
    .number()
    .int()
    .nullable()
    .describe('Version of the camera’s configuration by which it was judged; null for a file.'),
  measure: z
    .enum(['share', 'time', 'crossing'])
    .describe(
      '`share`: of the newest seconds in which it could be told; `time`: since it began; `crossing`: of a line.',
    ),
  needed: z
    .object({
      seconds: z.number().describe('How long it had to hold.'),
      share: score.nullable().describe('Of that time, the share; null for a crossing.'),
      clearSeconds: z.number().describe('How long it has to be gone until it ends.'),
      doubtSeconds: z
        .number()
        .nullable()
        .describe('Over this longer time the share below had to hold, too; null for none.'),
      doubtShare: score.nullable().describe('See `doubtSeconds`.'),
      distance: z
        .number()
        .nullable()
        .describe('So far beyond the line, in picture pixels; null for others than crossings.'),
      speed: z.number().nullable().describe('Above this speed, metres a second; null for none.'),
      maxPeople: z
        .number()
        .int()
        .nullable()
        .describe('More people than these in the zone; null for others.'),
    })
    .describe('The thresholds of the rule at that time.'),
  reached: z
    .object({
      countedSeconds: z.number().describe('Time in which it could be told.'),
      heldSeconds: z.number().describe('Time in which it held.'),
      share: score.nullable().describe('One by the other; null for a crossing.'),
      posture: z
        .object({
          lying: score.describe('That the person lies, when the fall was found.'),
          fell: score.describe('That the person just fell, at its highest in the seconds before.'),
        })
        .optional()
        .describe(
          'Probabilities of the posture network, where it decided that the person fell; left out where the measures of the body did, and for other rules.',
        ),
    })
    .describe('What was measured.'),
  samples: z
    .array(z.tuple([z.number(), z.number(), z.number()]))
    .max(128)
    .describe(
      'Over time, in seconds before the confirmation (negative): from, to, and 1 where it held, 0 where it did not; in between it could not be told. For a crossing: time, time, distance to the line in pixels, positive to its right.',
    ),
});
export type ViolationWhy = z.infer<typeof violationWhy>;

/** Who the actor was, by badges. Handles are of one day; the API alone resolves one to a person. */
export const violationIdentity = z.object({
  state: z
    .enum(['confirmed', 'ambiguous', 'unbadged'])
    .describe(
      '`ambiguous`: more than one badge fits, or one that may be another person’s. `unbadged`: no badge that may be used fits; it does not say that the person wears none.',
    ),
  handle: badgeHandle.nullable().describe('Handle of the badge; null unless it is confirmed.'),
  since: instant
    .nullable()
    .describe('The statement holds for the actor from then on. Stream clock; null for never.'),
  reasons: z
    .array(bilingual)
    .max(12)
    .describe('Why it has the state, in sentences that name no person and no handle.'),
  candidates: z
    .array(
      z.object({
        handle: badgeHandle.describe('Handle of a badge.'),
        posterior: score.describe('Probability that the actor wears it.'),
        explanation: bilingual.describe(
          'What it rests on: which fix, how far, how old, who else fits.',
        ),
      }),
    )
    .max(10)
    .describe('The badges that may be the actor’s, most probable first.'),
});
export type ViolationIdentity = z.infer<typeof violationIdentity>;
