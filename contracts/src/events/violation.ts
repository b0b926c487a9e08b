import { z } from 'zod';
import { machineSeen } from '../bus/machine-state.ts';
import { crossingDirection, severity } from '../cameras/schema.ts';
import { box, instant, point, score, sha256, slug, ulid } from '../primitives.ts';
import { cloudEvent } from './cloud-event.ts';

/** What a person did, as the records and the reviewers name it. */
export const violationRule = z.enum([
  'missing-helmet',
  'missing-vest',
  'zone-intrusion',
  'line-crossing',
  'person-down',
  'hand-in-danger',
  'running',
  'climbing',
  'phone-use',
]);
export type ViolationRule = z.infer<typeof violationRule>;

/** A file of evidence that was put to the API before the event that names it. */
export const evidenceFile = z.object({
  sha256,
  mediaType: z.enum(['image/jpeg', 'video/mp4', 'application/json']),
  bytes: z.number().int().positive(),
});
export type EvidenceFile = z.infer<typeof evidenceFile>;

/** A box that a model drew, in picture pixels. */
export const detectedBox = z.object({ label: z.string(), box, score });
export type DetectedBox = z.infer<typeof detectedBox>;

export const violationConfirmed = cloudEvent(
  'cn.anshi.violation.confirmed.v1',
  z.object({
    violation: ulid,
    rule: violationRule,
    /** The id of the rule in the camera's configuration. */
    ruleId: slug,
    severity,
    camera: slug,
    site: slug,
    zone: slug.nullable(),
    line: slug.nullable(),
    direction: crossingDirection.nullable(),
    /** When the evidence began, and when it had held for long enough. Stream clock. */
    startedAt: instant,
    confirmedAt: instant,
    /** Share of the seen time in which the evidence held, or the detector's score of a crossing. */
    confidence: score,
    track: z.string(),
    box,
    /** Foot point on the floor plan in metres; null where the camera is not calibrated. */
    floor: point.nullable(),
    /** What the machine did that the rule asks for; null where it asks for none. */
    machine: machineSeen.nullable().default(null),
    model: z.object({ name: slug, version: z.string() }),
    snapshot: evidenceFile.extend({
      takenAt: instant,
      width: z.number().int().positive(),
      height: z.number().int().positive(),
      boxes: z.array(detectedBox),
    }),
  }),
);
export type ViolationConfirmed = z.infer<typeof violationConfirmed>;

/** The evidence is gone for the rule's clear time, or the person left the picture. */
export const violationEnded = cloudEvent(
  'cn.anshi.violation.ended.v1',
  z.object({ violation: ulid, endedAt: instant }),
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
  video: evidenceFile,
  /** JSON of {@link clipBoxes}. */
  boxes: evidenceFile.nullable(),
  from: instant,
  to: instant,
  durationSeconds: z.number().positive(),
  /** True where a part of the wanted 5 s before and 10 s after is not in the ring. */
  partial: z.boolean(),
});
export type ViolationClip = z.infer<typeof violationClip>;

/** Follows a confirmed violation when its clip is complete, or when it is sure that none comes. */
export const violationClipReady = cloudEvent(
  'cn.anshi.violation.clip-ready.v1',
  z.union([
    z.object({ violation: ulid, clip: violationClip, missing: z.null() }),
    z.object({
      violation: ulid,
      clip: z.null(),
      missing: z.object({ reason: clipMissingReason, message: z.string() }),
    }),
  ]),
);
export type ViolationClipReady = z.infer<typeof violationClipReady>;

export const violationEvent = z.discriminatedUnion('type', [
  violationConfirmed,
  violationEnded,
  violationClipReady,
]);
export type ViolationEvent = z.infer<typeof violationEvent>;

/** The side file of a clip: what was seen, in seconds from the start of the clip. */
export const clipBoxes = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** The track that the violation is about. */
  track: z.string(),
  frames: z.array(
    z.object({
      t: z.number(),
      boxes: z.array(detectedBox.extend({ track: z.string().nullable() })),
    }),
  ),
});
export type ClipBoxes = z.infer<typeof clipBoxes>;
