import { z } from 'zod';
import { armingSeen } from '../bus/arming.ts';
import { machineSeen } from '../bus/machine-state.ts';
import { grantNumber } from '../bus/worker-heartbeat.ts';
import { crossingDirection, severity } from '../cameras/schema.ts';
import { box, instant, point, score, sha256, slug, ulid } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';
import { evidenceSealed } from './evidence-sealed.ts';

/** The rule that was broken. A missing item of protective equipment is named beside it. */
export const violationRule = z.enum([
  'missing-ppe',
  'zone-intrusion',
  'line-crossing',
  'person-down',
  'hand-in-danger',
  'running',
  'climbing',
  'phone-use',
  'loitering',
  'over-occupancy',
  'lone-work',
  'unattended-machine',
]);
export type ViolationRule = z.infer<typeof violationRule>;

/**
 * A rule, or a missing item as `missing-ppe/<item>`: what people filter by, and what figures are counted
 * by. `missing-ppe` alone stands for all items.
 */
export const violationKind = z.union(
  [
    violationRule,
    z
      .string()
      .max(80)
      .regex(/^missing-ppe\/[a-z0-9]+(-[a-z0-9]+)*$/),
  ],
  'must be a rule, or missing-ppe/ and an item',
);

/** An evidence file, uploaded to the API before the event that refers to it. */
export const evidenceFile = z.object({
  sha256: sha256.describe('Digest of its bytes, by which it is stored.'),
  mediaType: z.enum(['image/jpeg', 'video/mp4', 'application/json']).describe('What the file is.'),
  bytes: z.number().int().positive().describe('Its size.'),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;

/** A detection, in picture pixels. */
export const detectedBox = z.object({
  label: z.string().describe('What it is: person, helmet, head, vest …'),
  box: box.describe('Pixels: left, top, right, bottom.'),
  score: score.describe("The model's score."),
});
export type DetectedBox = z.infer<typeof detectedBox>;

/** Why a violation has no picture. */
export const snapshotMissingReason = z.enum(['disk-full', 'lost', 'refused']);

/** What a violation is about. */
export const violationSubject = z.enum(['person', 'zone', 'machine']);
export type ViolationSubject = z.infer<typeof violationSubject>;

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

/** The path of an actor before a record goes back this far, ms. */
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
    .describe('`ambiguous`: more than one badge fits. `unbadged`: none does.'),
  handle: z.string().nullable().describe('Handle of the badge; null unless it is confirmed.'),
  candidates: z
    .array(
      z.object({
        handle: z.string().describe('Handle of a badge.'),
        posterior: score.describe('Probability that the actor wears it.'),
        explanation: z
          .string()
          .describe('Why it is thought to be this one, and what is against it.'),
      }),
    )
    .describe('The badges that may be the actor’s, most probable first.'),
});
export type ViolationIdentity = z.infer<typeof violationIdentity>;

export const violationSnapshot = evidenceFile.extend({
  takenAt: instant.describe('Stream clock of the frame that confirmed it.'),
  width: z.number().int().positive().describe('Width in pixels.'),
  height: z.number().int().positive().describe('Height in pixels.'),
  boxes: z.array(detectedBox).describe('What the model drew in it.'),
});

const snapshotMissing = z.object({
  reason: snapshotMissingReason.describe(
    'Why there is none: no room, gone from the disk of the worker, or never taken by the API.',
  ),
  message: z.string().describe('The same for people.'),
});

/** Of the camera, when it was watched; workers that hold no numbered grant leave it out. */
const grant = grantNumber
  .optional()
  .describe("Fencing number of the worker's grant; left out where it has none.");

/** What both versions of a confirmed violation say. */
export const confirmedCommon = {
  violation: ulid.describe('Id of the violation, a ULID; the record keeps it.'),
  ruleId: slug.describe("Id of the rule in the camera's configuration."),
  severity: severity.describe('Severity by the rule.'),
  camera: slug.describe('Id of the camera.'),
  site: slug.describe('Id of the site that the camera is on.'),
  zone: slug.nullable().describe('Id of the rule’s zone; null for none.'),
  line: slug.nullable().describe('Id of the line that was crossed; null for none.'),
  direction: crossingDirection.nullable().describe('In which direction it was crossed.'),
  startedAt: instant.describe('Start of the evidence. Stream clock.'),
  confirmedAt: instant.describe('End of the confirm time. Stream clock.'),
  confidence: score.describe(
    'Share of the observed time in which the evidence held; for a crossing, the detection score.',
  ),
  floor: point
    .nullable()
    .describe('Foot point on the floor plan in metres; null where the camera is not calibrated.'),
  model: z
    .object({
      name: slug.describe('Name of the model.'),
      version: z.string().describe('Version of its weights.'),
    })
    .describe('The detector.'),
  snapshot: violationSnapshot
    .nullable()
    .describe('The picture of that frame, uploaded to the API before this event; null for none.'),
  snapshotMissing: snapshotMissing
    .nullable()
    .default(null)
    .describe('Why there is no picture; null where there is one.'),
};

export const violationConfirmed = cloudEvent(
  'cn.anshi.violation.confirmed.v2',
  z
    .object({
      ...confirmedCommon,
      rule: violationRule.describe('The rule that was broken.'),
      item: slug
        .nullable()
        .describe(
          'The missing item, a word of the dictionary `ppe-item`; null for rules other than `missing-ppe`.',
        ),
      subject: violationSubject.describe('What it is about.'),
      actor: z
        .string()
        .max(64)
        .nullable()
        .describe(
          'Id of the person in this camera, over all tracks that the judge holds for the same one; null unless the subject is a person.',
        ),
      tracks: z
        .array(z.string().max(64))
        .max(64)
        .describe(
          'Tracks of the actor up to now, oldest first; the last one is the box’s. For a zone or a machine: those of the people in the zone.',
        ),
      box: box
        .nullable()
        .describe(
          'Where the person or machine is in the snapshot, in picture pixels; null for a zone.',
        ),
      path: z
        .array(pathPoint)
        .max(200)
        .describe(
          'Where the actor was on the floor in the last 5 s, oldest first; empty where the camera is not calibrated.',
        ),
      arming: violationArming
        .nullable()
        .describe('What armed the rule; null for one that always applies.'),
      identity: violationIdentity
        .nullable()
        .describe('Who it was by badges; null where no badges are correlated.'),
      why: violationWhy
        .nullable()
        .default(null)
        .describe('Why it was recorded; null for one of an earlier worker.'),
      grant,
    })
    .refine(({ rule, item }) => (item !== null) === (rule === 'missing-ppe'), {
      path: ['item'],
      message: 'must be given for missing-ppe, and be null for other rules',
    })
    .refine(({ subject, actor }) => actor === null || subject === 'person', {
      path: ['actor'],
      message: 'must be null where the subject is not a person',
    }),
  evidenceSealed,
);
export type ViolationConfirmed = z.infer<typeof violationConfirmed>;

/** The evidence is gone for the rule's clear time, or the person left the picture. */
export const violationEnded = cloudEvent(
  'cn.anshi.violation.ended.v1',
  z.object({
    violation: ulid.describe('Id of the violation.'),
    endedAt: instant.describe('When it ended. Stream clock.'),
    grant,
  }),
  evidenceSealed,
);
export type ViolationEnded = z.infer<typeof violationEnded>;

/** Why a violation has no clip. */
export const clipMissingReason = z.enum([
  'no-segments',
  'cut-failed',
  'camera-lost',
  'disk-full',
  'worker-restarted',
]);
export type ClipMissingReason = z.infer<typeof clipMissingReason>;

export const violationClip = z.object({
  video: evidenceFile.describe('The video.'),
  boxes: evidenceFile.nullable().describe('JSON of the observations; null for none.'),
  from: instant.describe('Start. Stream clock.'),
  to: instant.describe('End.'),
  durationSeconds: z.number().positive().describe('Duration.'),
  partial: z
    .boolean()
    .describe('True where a part of the intended 5 s before and 10 s after is missing.'),
});
export type ViolationClip = z.infer<typeof violationClip>;

/**
 * Follows a confirmed violation when its clip is complete, or when it is certain that there is
 * none.
 */
export const violationClipReady = cloudEvent(
  'cn.anshi.violation.clip-ready.v1',
  z.union([
    z.object({
      violation: ulid.describe('Id of the violation.'),
      clip: violationClip.describe('The clip.'),
      missing: z.null().describe('Nothing is missing.'),
    }),
    z.object({
      violation: ulid.describe('Id of the violation.'),
      clip: z.null().describe('There is none.'),
      missing: z
        .object({
          reason: clipMissingReason.describe('Why there is no clip.'),
          message: z.string().describe('The reason as a sentence.'),
        })
        .describe('Why there is none, and none will come.'),
    }),
  ]),
  evidenceSealed,
);
export type ViolationClipReady = z.infer<typeof violationClipReady>;

/** The evidence of a violation that has a rendition with blurred faces. */
export const blurredEvidence = z.enum(['snapshot', 'clip']);
export type BlurredEvidence = z.infer<typeof blurredEvidence>;

/**
 * The rendition of a snapshot or a clip in which nobody can be recognised, made once of the original.
 * A clip keeps its size, its time axis and its duration, so that boxes and times fit both.
 */
export const violationBlurred = cloudEvent(
  'cn.anshi.violation.blurred.v1',
  z.object({
    violation: ulid.describe('Id of the violation.'),
    of: blurredEvidence.describe('Which evidence it is made of.'),
    original: sha256.describe('Digest of the original that it is made of.'),
    file: evidenceFile.describe('The rendition, uploaded to the API before this event.'),
    heads: z
      .number()
      .int()
      .nonnegative()
      .describe('Heads that were blurred; of a clip, those that were followed through it.'),
  }),
  evidenceSealed,
);
export type ViolationBlurred = z.infer<typeof violationBlurred>;

export const violationEvent = z.discriminatedUnion('type', [
  violationConfirmed,
  violationEnded,
  violationClipReady,
  violationBlurred,
]);
export type ViolationEvent = z.infer<typeof violationEvent>;

/** The side file of a clip: the observations, in seconds from the start of the clip. */
export const clipBoxes = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** The tracks of the violation's actor, oldest first. Files of before 2026-11-27 have one `track`. */
  tracks: z.array(z.string()),
  /** Outline of the zone in picture pixels, where the violation is of a zone or a machine. */
  outline: z.array(point).min(3).optional(),
  frames: z.array(
    z.object({
      t: z.number(),
      boxes: z.array(detectedBox.extend({ track: z.string().nullable() })),
    }),
  ),
});
export type ClipBoxes = z.infer<typeof clipBoxes>;
