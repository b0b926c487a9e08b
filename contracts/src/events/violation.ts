import { z } from 'zod';
import { grantNumber } from '../bus/worker-heartbeat.ts';
import { crossingDirection, severity } from '../cameras/schema.ts';
import { box, instant, point, score, sha256, slug, ulid } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';
import { evidenceSealed } from './evidence-sealed.ts';
import {
  pathPoint,
  violationArming,
  violationIdentity,
  violationWhy,
} from './violation-context.ts';

/** The rules that cameras watch. A missing item of protective equipment is named beside the rule. */
export const cameraRule = z.enum([
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
export type CameraRule = z.infer<typeof cameraRule>;

/** The rule that was broken: one of a camera, or the one that the API finds from sign-ons and positions. */
export const violationRule = z.enum([...cameraRule.options, 'unqualified-operator']);
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
      rule: cameraRule.describe('The rule that was broken.'),
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

/**
 * Who the actor of a confirmed violation was, as more became known after it was confirmed: a later read
 * of a portal, or a doubt. The highest number counts; the same one again changes nothing.
 */
export const violationIdentified = cloudEvent(
  'cn.anshi.violation.identified.v1',
  z.object({
    violation: ulid.describe('Id of the violation.'),
    number: z.number().int().positive().describe('Of the statements on this violation, from 1.'),
    at: instant.describe('When this was known. Stream clock.'),
    identity: violationIdentity.describe('Who it was by badges; it replaces what was said before.'),
    grant,
  }),
  evidenceSealed,
);
export type ViolationIdentified = z.infer<typeof violationIdentified>;

/**
 * Where the actor of a confirmed violation went in the 5 s after it. Two cameras that confirm one act in the
 * same second say by this that it was one person.
 */
export const violationFollowed = cloudEvent(
  'cn.anshi.violation.followed.v1',
  z.object({
    violation: ulid.describe('Id of the violation.'),
    path: z
      .array(pathPoint)
      .min(1)
      .max(200)
      .describe('Where the actor was on the floor after the confirmation, oldest first.'),
    grant,
  }),
  evidenceSealed,
);
export type ViolationFollowed = z.infer<typeof violationFollowed>;

export const violationEvent = z.discriminatedUnion('type', [
  violationConfirmed,
  violationEnded,
  violationClipReady,
  violationBlurred,
  violationIdentified,
  violationFollowed,
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
